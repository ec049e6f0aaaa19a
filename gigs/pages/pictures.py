"""The pictures of a gig by plain forms: added, moved, taken out."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from gigs.services.access import own_gig
from gigs.services.arrange import Move, arrange
from gigs.services.attach_image import attaching
from uploads_app.errors import Invalid
from uploads_app.models import UploadedFile
from uploads_app.pages.bodies import takes_pictures
from uploads_app.pages.intake import take_in
from uploads_app.pages.limits import throttled
from uploads_app.pages.people import person
from users.pages.people import signed_in

_DONE = {
    Move.EARLIER: "Moved one place earlier.",
    Move.LATER: "Moved one place later.",
    Move.COVER: "This picture is the cover now.",
    Move.OUT: "Removed from this gig. The picture is still among your files.",
}


@require_POST
@takes_pictures
def add_pictures(request: HttpRequest, gig_id: int) -> HttpResponse:
    """Every picture of the form, put at the end of the gig in the order sent."""
    gig = own_gig(person(request), gig_id)
    take_in(request, UploadedFile.Category.GIG, partial(attaching, gig))
    return _back(gig_id)


@throttled()
@require_POST
@signed_in
def arrange_pictures(request: HttpRequest, gig_id: int) -> HttpResponse:
    """Moves the picture `file_id` as the button `move` says."""
    gig = own_gig(person(request), gig_id)
    try:
        file_id, move = UUID(request.POST["file_id"]), Move(request.POST["move"])
    except (KeyError, ValueError) as error:
        raise Invalid.field("move", "Say which picture goes where.") from error
    was_published = gig.is_published
    gig = arrange(gig=gig, file_id=file_id, move=move)
    messages.success(request, _DONE[move])
    if was_published and not gig.is_published:
        messages.warning(request, "Without a picture this gig is a draft again: only you see it.")
    return _back(gig_id)


def _back(gig_id: int) -> HttpResponse:
    return redirect(f"{reverse('gig-edit', args=[gig_id])}#pictures")
