"""Messages to people: by SMTP where a mail server is configured, otherwise written to the console.

The console is the way of a machine on which nobody has set up mail: whoever runs the portal passes the link on.
"""

from __future__ import annotations

import smtplib
import ssl
import sys
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import structlog

log = structlog.get_logger()
TIMEOUT_SECONDS = 10
PORT_OF_TLS = 465  # TLS from the first byte; any other port is asked to start it


def is_configured(config: Mapping[str, object]) -> bool:
    """Whether messages leave by SMTP."""
    return bool(config["MAIL_HOST"])


def send_mail(config: Mapping[str, object], *, to: str, subject: str, body: str) -> bool:
    """Send one message; True where a mail server took it. An error is logged, not raised."""
    if not is_configured(config):
        print(f"\n--- {to}\n{subject}\n\n{body}\n---", file=sys.stderr, flush=True)
        return False
    try:
        _send(config, _message(config, to=to, subject=subject, body=body))
    except (OSError, smtplib.SMTPException) as error:
        log.error("mail_not_sent", reason=type(error).__name__, host=config["MAIL_HOST"])
        return False
    return True


def _message(config: Mapping[str, object], *, to: str, subject: str, body: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = str(config["MAIL_SENDER"])
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=str(config["MAIL_SENDER"]).rpartition("@")[2] or None)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


def _send(config: Mapping[str, object], message: EmailMessage) -> None:
    host, port = str(config["MAIL_HOST"]), int(str(config["MAIL_PORT"]))
    user, password = str(config["MAIL_USER"]), str(config["MAIL_PASSWORD"])
    context = ssl.create_default_context()
    if port == PORT_OF_TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    with server:
        server.ehlo()
        if port != PORT_OF_TLS and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        if user:
            server.login(user, password)
        server.send_message(message)
