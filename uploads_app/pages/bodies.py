"""Pages that take pictures in by plain forms."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from uploads_app.errors import NotAuthenticated

Params = ParamSpec("Params")
View = Callable[Concatenate[HttpRequest, Params], HttpResponseBase]

# Bodies as long as a picture are taken at addresses with this end alone, beside the API.
PICTURES = "/pictures"


def takes_pictures(view: View[Params]) -> View[Params]:
    """For the view of a form with pictures, at an address that ends with PICTURES.

    The body is read here, once it is known who sends it, so that a picture that is too large is an error
    of this view; then the form's token is checked, as for any other. Raises NotAuthenticated.
    """
    protected: Any = csrf_protect(view)

    @wraps(view)
    def read_then_protected(
        request: HttpRequest, *args: Params.args, **kwargs: Params.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            raise NotAuthenticated()
        request.POST.get("csrfmiddlewaretoken")  # reads the body
        answer: HttpResponseBase = protected(request, *args, **kwargs)
        return answer

    exempt: Any = csrf_exempt(read_then_protected)
    return cast(View[Params], exempt)
