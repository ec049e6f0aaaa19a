"""What must never happen on a page, noted while a test runs: errors, forbidden parts, broken answers."""

import re
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response, WebError
from playwright.sync_api import Error as BrowserError

_TELL_OF_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`content policy: ${event.violatedDirective} forbids ${event.blockedURI}`);
});
"""


@dataclass
class Watch:
    """Collects the faults of all pages of a test; what it expects does not count."""

    faults: list[str] = field(default_factory=list)
    _expected: list[re.Pattern[str]] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """From now on faults in which the pattern is found are right, such as "status of 415"."""
        self._expected.append(re.compile(pattern))

    def over(self, context: BrowserContext) -> None:
        """Watches every page of a context, those it opens later included."""
        self._contexts.append(context)
        context.add_init_script(_TELL_OF_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("response", self._response)
        context.on("page", lambda page: page.on("crash", self._crash))

    def check(self) -> None:
        """Raises AssertionError with all faults so far."""
        self._catch_up()
        assert not self.faults, "the browser tells of faults:\n" + "\n".join(self.faults)

    def _catch_up(self) -> None:
        """Each page answers once, so that all it told before has arrived."""
        for page in [page for context in self._contexts for page in context.pages]:
            with suppress(BrowserError):  # it went away meanwhile
                page.evaluate("0")

    def _note(self, fault: str) -> None:
        if not any(pattern.search(fault) for pattern in self._expected):
            self.faults.append(fault)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console: {message.text} ({message.location.get('url', '')})")

    def _error(self, error: WebError) -> None:
        self._note(f"uncaught: {error.error}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self._note(f"answer {response.status}: {response.request.method} {response.url}")

    def _crash(self, page: Page) -> None:
        self._note(f"the page crashed: {page.url}")
