"""The admin shows gigs at a constant cost, and changes them through the services alone."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from uploads_app.models import UploadedFile
from uploads_app.tests.factories import ready_rendition
from uploads_app.tests.moderation.staff import viewer
from users.models import User

pytestmark = pytest.mark.django_db
LIST = "/admin/gigs/gig/"


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", "root@example.com", "x"))
    return client


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_covers_that_load_late_and_reserve_their_room(admin: Client) -> None:
    gig = GigFactory.create(title="Blue <vase>")
    UploadedFile.objects.update(alt_text='A "vase"')
    ready_rendition(gig.images.get().file, "w320")

    html = page(admin, LIST)

    [cover] = re.findall(r'<img src="/api/upload/[^>]*>', html)
    assert str(gig.images.get().file_id) in cover
    assert 'loading="lazy"' in cover
    assert 'width="96" height="72"' in cover
    assert "A &quot;vase&quot;" in cover
    assert "Blue &lt;vase&gt;" in html


def test_the_list_takes_as_many_queries_for_forty_gigs_as_for_two(admin: Client) -> None:
    counts = []
    for number in (2, 38):
        GigFactory.create_batch(number, pictures=2, tag_names=["a"])
        with CaptureQueriesContext(connection) as queries:
            page(admin, LIST)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("query", "found"),
    [("?q=vase", ["Vase"]), ("?q=clay", ["Vase"]), ("?q=nora", ["Portrait"]), ("?state=draft", ["Portrait"]),
     ("?state=published", ["Vase"]), ("?currency=EUR", ["Portrait", "Vase"])],
)  # fmt: skip
def test_search_and_filters_find(admin: Client, query: str, found: list[str]) -> None:
    GigFactory.create(title="Vase", tag_names=["clay", "clay pot"])
    GigFactory.create(title="Portrait", published=False, owner__username="nora")

    html = page(admin, LIST + query)

    assert re.findall(r'field-title_or_none"><a[^>]*>([^<]*)<', html) == found


def test_a_gig_is_shown_with_its_pictures_and_has_no_form(admin: Client) -> None:
    gig = GigFactory.create(pictures=2)
    for image in gig.images.all():
        ready_rendition(image.file)

    html = page(admin, f"{LIST}{gig.pk}/change/")

    for image in gig.images.all():
        assert f'src="/api/upload/{image.file_id}/card.webp?v=' in html
    assert 'name="_save"' not in html
    assert 'name="title"' not in html
    assert admin.post(f"{LIST}{gig.pk}/change/", {"title": "Taken over"}).status_code == 403
    assert admin.get(f"{LIST}add/").status_code == 403
    assert Gig.objects.get().title == gig.title


def act(client: Client, action: str, *gigs: Gig) -> str:
    data = {"action": action, "_selected_action": [gig.pk for gig in gigs]}
    return client.post(LIST, data, follow=True).content.decode()


def test_actions_publish_what_is_complete_and_say_what_is_not(admin: Client) -> None:
    good = GigFactory.create(published=False)
    bare = GigFactory.create(published=False, title="Bare", pictures=0)

    html = act(admin, "publish_gigs", good, bare)

    assert "1 published." in html
    assert "Bare: Before this gig can be published it needs a picture that may be shown." in html
    assert Gig.objects.get(pk=good.pk).is_published
    assert not Gig.objects.get(pk=bare.pk).is_published
    assert "1 taken back." in act(admin, "unpublish_gigs", good)
    assert not Gig.objects.get(pk=good.pk).is_published


def test_deleting_gigs_leaves_the_files(admin: Client) -> None:
    gig = GigFactory.create(pictures=2, tag_names=["a"])
    data = {"action": "delete_selected", "_selected_action": [gig.pk], "post": "yes"}

    assert admin.post(LIST, data, follow=True).status_code == 200

    assert not Gig.objects.exists()
    assert UploadedFile.objects.filter(lifecycle="ready").count() == 2


def test_staff_without_the_right_do_not_publish(staff: User) -> None:
    from django.contrib.auth.models import Permission

    staff.user_permissions.add(Permission.objects.get(codename="view_gig"))
    client = Client()
    client.force_login(staff)
    gig = GigFactory.create(published=False)

    act(client, "publish_gigs", gig)

    assert not Gig.objects.get().is_published


def test_people_who_are_not_staff_do_not_get_in(owner: User) -> None:
    client = Client()
    client.force_login(owner)

    assert client.get(LIST).status_code == 302


def test_a_files_page_leads_to_its_gig_in_the_admin_for_those_alone_who_may_see_it_there(
    admin: Client,
) -> None:
    gig = GigFactory.create()
    there = reverse("admin:gigs_gig_change", args=[gig.pk])
    file = f"/admin/uploads_app/uploadedfile/{gig.images.get().file_id}/change/"
    limited = Client()
    limited.force_login(viewer())

    assert f'href="{there}"' in page(admin, file)
    assert f'href="{there}"' not in page(limited, file)
    assert f'href="{gig.get_absolute_url()}"' in page(limited, file)
