"""Service: what watches over the site asks."""

import httpx

from config.tests.deployed.sections.cast import Cast


def service(cast: Cast) -> None:
    assert cast.visitor.get("/healthz").text == "ok\n"
    ready = cast.visitor.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert "paths" in cast.visitor.get("/api/schema").json()
    assert cast.visitor.get("/api/docs").status_code == 200
    known = {"Authorization": f"Bearer {cast.site.settings['VITRINE_METRICS_TOKEN']}"}
    for headers in ({}, known):
        assert cast.visitor.get("/metrics", headers=headers).status_code == 404
    # Past nginx, as whoever watches the machine does; what nginx adds to each answer is not in these.
    transport = httpx.HTTPTransport(uds=cast.site.machine.moved("/run/vitrine/web-a/socket"))
    with httpx.Client(base_url="http://localhost", transport=transport, timeout=60) as machine:
        assert machine.get("/metrics").status_code == 404
        assert "# TYPE" in machine.get("/metrics", headers=known).raise_for_status().text
    cast.recorder.seen.add(("GET", "/metrics"))
