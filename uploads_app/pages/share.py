"""A link to one's picture for somebody who would not see it otherwise."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from uploads_app.pages.file_page import file_page
from uploads_app.pages.limits import throttled
from uploads_app.pages.share_form import ShareForm
from uploads_app.services.access import own_file
from uploads_app.services.share import share


@throttled()
@require_POST
@cache_control(private=True, no_store=True)
def share_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """The file's page with a link that is good for the time asked for. Nothing is kept of it here."""
    file = own_file(request.user, file_id)
    form = ShareForm(request.POST)
    if not form.is_valid():
        return file_page(request, file, status=400, share_form=form)
    made = share(file.pk, form.cleaned_data["expires_in"], file.share_epoch)
    url = request.build_absolute_uri(f"{file.get_absolute_url()}?share={made.token}")
    return file_page(request, file, share_form=form, shared={"url": url, "expires_at": made.expires_at})
