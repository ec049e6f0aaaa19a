"""Service: what watches over the site asks."""

from config.tests.deployed.sections.cast import Cast


def service(cast: Cast) -> None:
    assert cast.visitor.get("/healthz").text == "ok\n"
    ready = cast.visitor.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    assert "paths" in cast.visitor.get("/api/schema").json()
    assert cast.visitor.get("/api/docs").status_code == 200
    assert cast.visitor.get("/metrics").status_code == 404
    token = cast.site.settings["VITRINE_METRICS_TOKEN"]
    counted = cast.visitor.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert counted.status_code == 200
    assert "# TYPE" in counted.text
