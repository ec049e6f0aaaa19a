"""A takedown is proven by what the site itself answers, over HTTP."""

import json
from pathlib import Path

import httpx
import pytest

from config.tests.live import installation
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = pytest.mark.service

_TAKE_DOWN = """
import json
from uploads_app.models import ModerationEvent, UploadedFile
from uploads_app.services.moderation.decide import Seen
from uploads_app.services.moderation.proof import prove
from uploads_app.services.moderation.takedown import evidence_document, take_down
from users.models import User
boss = User.objects.create_superuser("boss", "boss@example.org", "x")
file = UploadedFile.objects.get(pk="{file}")
prove(take_down(file_id=file.pk, by=boss, seen=Seen.of(file), reason="stolen").pk)
print(json.dumps(evidence_document(ModerationEvent.objects.latest("pk"))))
"""


def test_every_address_of_the_running_site_is_asked_for(tmp_path: Path) -> None:
    with installation(tmp_path) as server:
        server.start()
        server.settings["VITRINE_PUBLIC_URL"] = server.url
        owner = server.sign_up("owner")
        sent = {"file": ("picture.jpg", jpeg_bytes((320, 240)))}
        file = owner.post("/api/upload/general", files=sent).raise_for_status().json()["file_id"]
        link = owner.post(f"/api/upload/{file}/share", json={"expires_in": 3600}).json()["url"]
        assert httpx.get(server.url + link, trust_env=False).status_code == 200

        document = json.loads(server.manage("shell", "-v", "0", "-c", _TAKE_DOWN.format(file=file)))

        assert (document["verdict"], document["way"]) == ("all hidden", server.url)
        assert {one["status"] for one in document["answers"]} == {401}
        assert len(document["answers"]) > 70
        assert httpx.get(server.url + link, trust_env=False).status_code == 401
