"""Making a gig, changing what it says, publishing it, taking it back and deleting it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from gigs.models import Gig
from gigs.pages.tiles import tiles_of
from gigs.pages.words_form import WordsForm
from gigs.services.access import own_gig
from gigs.services.create import create
from gigs.services.delete import delete
from gigs.services.publish import publish
from gigs.services.unpublish import unpublish
from gigs.services.update import update
from uploads_app.errors import Conflict, Invalid
from uploads_app.pages.forms import refuse
from uploads_app.pages.limits import throttled
from uploads_app.pages.people import person
from users.pages.people import signed_in


@throttled()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@cache_control(private=True, no_cache=True)
def new_gig(request: HttpRequest) -> HttpResponse:
    """The words first: they make a draft, which then takes pictures."""
    form = WordsForm(request.POST) if request.method == "POST" else WordsForm()
    if form.is_bound and form.is_valid():
        try:
            gig = create(owner=person(request), **form.words())
        except Invalid as error:
            refuse(form, error)
        else:
            messages.success(request, "Your draft is saved. Now add pictures.")
            return redirect("gig-edit", gig.pk)
    status = 400 if form.errors else 200
    return render(request, "making/new.html", {"form": form, "section": "gig-new"}, status=status)


@throttled()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@cache_control(private=True, no_cache=True)
def edit_gig(request: HttpRequest, gig_id: int) -> HttpResponse:
    """Pictures and words. The form's two buttons save, or save and publish."""
    gig = own_gig(person(request), gig_id)
    if request.method != "POST":
        return _edit_page(request, gig, WordsForm.of(gig))
    form = WordsForm(request.POST)
    if not (form.is_valid() and _saved(gig, form)):
        return _edit_page(request, gig, form, status=400)
    if request.POST.get("then") == "publish":
        _publish(request, gig)
    else:
        messages.success(request, "Saved.")
    return redirect("gig-edit", gig.pk)


@throttled()
@require_POST
@signed_in
def unpublish_gig(request: HttpRequest, gig_id: int) -> HttpResponse:
    gig = unpublish(gig=own_gig(person(request), gig_id))
    messages.success(request, "This gig is a draft again: only you see it.")
    return redirect("gig-edit", gig.pk)


@throttled()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@cache_control(private=True, no_cache=True)
def delete_gig(request: HttpRequest, gig_id: int) -> HttpResponse:
    """Asks once, then deletes."""
    gig = own_gig(person(request), gig_id)
    if request.method != "POST":
        return render(request, "making/delete.html", {"gig": gig, "pictures": gig.images.count()})
    delete(gig=gig)
    messages.success(request, f"“{gig}” is deleted. Its pictures are among your files.")
    return redirect("my-gigs")


def _saved(gig: Gig, form: WordsForm) -> bool:
    """Whether the services took the words; where not, the form says why."""
    try:
        update(gig=gig, changes=form.words())
    except Invalid as error:
        refuse(form, error)
    except Conflict as error:
        form.add_error(None, str(error))
    return form.is_valid()


def _publish(request: HttpRequest, gig: Gig) -> None:
    try:
        publish(gig=gig)
    except Conflict as error:
        messages.warning(request, f"What you wrote is saved. {error}")
    else:
        messages.success(request, "Published: everybody can see it now.")


def _edit_page(request: HttpRequest, gig: Gig, form: WordsForm, status: int = 200) -> HttpResponse:
    context = {"gig": gig, "form": form, **tiles_of(gig, person(request))}
    return render(request, "making/edit.html", context, status=status)
