from django.http import Http404, HttpRequest, HttpResponse


def unbuilt(_request: HttpRequest, **_: object) -> HttpResponse:
    raise Http404
