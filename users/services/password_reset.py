"""Another password for who has forgotten theirs, by a link in a mail.

Whoever asks is answered before anybody looks whether the address is known: a worker does that. So the
answer is the same, and takes as long, for any address. The link is made by the worker too, so that the
queue keeps nothing that opens an account.
"""

from __future__ import annotations

import logging

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from uploads_app.errors import Conflict, Invalid
from uploads_app.worker.task import enqueue
from users import throttling
from users.counting import counts
from users.models import User
from users.services.errors import field_errors
from users.services.login import revoke_all

logger = logging.getLogger(__name__)

SCOPE = "reset"


def ask_for_link(*, email: str, origin: str) -> None:
    """Has a link mailed to whoever has this address, if anybody. `origin` is the site's, without a path."""
    from users.tasks import send_reset_link  # a door to this service, which cannot import it at its start

    enqueue(send_reset_link, email, origin)


def send_link(*, email: str, origin: str) -> None:
    """Mails a link that lets its reader choose another password, once and within VITRINE_RESET_TTL.

    Goes to the address as the account has it, never to the one that was typed.
    """
    user = User.objects.with_email(email).filter(is_active=True).first()
    if user is None or not user.has_usable_password() or _mailed_too_often(user):
        return
    token = default_token_generator.make_token(user)
    path = reverse("password-reset-link", args=[urlsafe_base64_encode(force_bytes(user.pk)), token])
    words = {"username": user.username, "link": f"{origin}{path}", "origin": origin}
    subject = render_to_string("mail/password_reset_subject.txt", words).strip()
    send_mail(subject, render_to_string("mail/password_reset.txt", words), None, [user.email])


def person_of_link(*, uid: str, token: str) -> User | None:
    """Whose link this is; None for one that was used, is too old, or was never sent."""
    return _holder(User.objects.all(), uid, token)


def set_forgotten_password(*, uid: str, token: str, new: str) -> User:
    """Gives the reader of a link another password; all their logins and sessions end, and so does the link.

    Raises Conflict for a link that is no longer good, Invalid for a weak password.
    """
    with transaction.atomic():
        # Locked, so that of two with the same link one succeeds.
        user = _holder(User.objects.select_for_update(), uid, token)
        if user is None:
            raise Conflict("This link is no longer good. Ask for another.")
        try:
            validate_password(new, user)
        except ValidationError as error:
            raise Invalid(field_errors(error, "new_password")) from error
        user.set_password(new)
        user.save(update_fields=["password"])
        revoke_all(user)
        user.sessions.all().delete()
    return user


def _holder(people: QuerySet[User], uid: str, token: str) -> User | None:
    try:
        pk = int(urlsafe_base64_decode(uid))
    except (ValueError, OverflowError):
        return None
    user = people.filter(pk=pk, is_active=True).first() if 0 < pk < 2**63 else None
    return user if user and default_token_generator.check_token(user, token) else None


def _mailed_too_often(user: User) -> bool:
    """Nobody's letter box is filled by others, however many addresses they ask from."""
    rate = throttling.rate_of(SCOPE)
    if rate is None:
        return False
    key = f"{SCOPE}:mail:{user.pk}"
    often = counts.hit(key, period=rate.period)[key].count > rate.limit
    if often:
        logger.warning("no more mails for another password of account %s for now", user.pk)
    return often
