"""The checks of the setting, asked one after another."""

import logging
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.module_loading import import_string

from uploads_app.screening import PASS, Answer, Candidate, Check, Verdict

logger = logging.getLogger(__name__)


def screen(candidate: Candidate) -> Verdict:
    """The first answer that is not PASS, or PASS."""
    return _first_objection(candidate, checks())


def screen_again(candidate: Candidate) -> Verdict:
    """The same, of the checks that are to be asked again when the file is about to be ready; in the caller's
    transaction.
    """
    return _first_objection(candidate, tuple(check for check in checks() if check.again))


def checks() -> tuple[Check, ...]:
    """Those of the setting. Raises ImproperlyConfigured for a path that leads to none."""
    return _made(tuple(settings.VITRINE_CHECKS))


@cache
def _made(paths: tuple[str, ...]) -> tuple[Check, ...]:
    return tuple(_load(path) for path in paths)


def _load(path: str) -> Check:
    try:
        check: Check = import_string(path)()
    except (ImportError, TypeError) as error:
        raise ImproperlyConfigured(f"VITRINE_CHECKS: {path} is no check that can be made: {error}") from error
    if not callable(check) or not isinstance(getattr(check, "again", None), bool):
        raise ImproperlyConfigured(f"VITRINE_CHECKS: {path} is no check; see uploads_app.screening.")
    return check


def _first_objection(candidate: Candidate, asked: tuple[Check, ...]) -> Verdict:
    for check in asked:
        verdict = _ask(check, candidate)
        if verdict.answer is not Answer.PASS:
            return verdict
    return PASS


def _ask(check: Check, candidate: Candidate) -> Verdict:
    """A check that fails says nothing against a picture, nor for it: people look. No picture gets lost."""
    name = type(check).__name__
    try:
        with transaction.atomic():  # a savepoint, where there is a transaction that a failure must not spoil
            return check(candidate)
    except Exception:  # a plug-in may raise anything
        logger.exception("Check %s failed", name)
        return Verdict(Answer.REVIEW, f"The check {name} failed; nobody has looked at this picture.")
