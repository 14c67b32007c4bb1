"""A mail server for tests: aiosmtpd, which does as a file says.

    smtp.py FOLDER PORT MODE CERTIFICATE KEY

MODE is "clear", "starttls" or "tls". For each step (mail, rcpt, data, auth) FOLDER/STEP holds the answer to it, if it is not the usual one;
"cut" ends the connection instead of answering, "hang" waits. A mail is written to FOLDER/mails, as JSON, with what it was answered.
"""

import asyncio
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder, port, mode, certificate, key = sys.argv[1:6]
mails = os.path.join(folder, "mails")
os.makedirs(mails, exist_ok=True)


def scripted(step):
    try:
        with open(os.path.join(folder, step)) as file:
            return file.read().strip() or None
    except FileNotFoundError:
        return None


def part(message, kind):
    found = message.get_body((kind,))
    return found.get_content() if found else ""


def keep(session, envelope, answer):
    raw = envelope.content
    message = email.message_from_bytes(raw, policy=email.policy.default)
    number = len(os.listdir(mails))
    kept = {
        "from": envelope.mail_from,
        "to": envelope.rcpt_tos,
        "options": envelope.mail_options,
        "encrypted": session.ssl is not None or mode == "tls",
        "user": (session.auth_data.login.decode() if session.authenticated else None),
        "answer": answer,
        "raw": raw.decode("latin-1"),
        "headers": [[name, str(value)] for name, value in message.items()],
        "text": part(message, "plain"),
        "html": part(message, "html"),
    }
    path = os.path.join(mails, f"{number:06}")
    with open(path + ".new", "w") as file:
        json.dump(kept, file)
    os.rename(path + ".new", path)


class Handler:
    async def answer(self, server, step, usual):
        said = scripted(step)
        if said == "hang":
            await asyncio.sleep(3600)
        if said == "cut":
            server.transport.abort()
        return said or usual

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from, envelope.mail_options = address, list(options)
        return await self.answer(server, "mail", "250 2.1.0 known")

    async def handle_RCPT(self, server, session, envelope, address, options):
        said = await self.answer(server, "rcpt", "250 2.1.5 known")
        if said.startswith("2"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server, session, envelope):
        said = scripted("data") or "250 2.0.0 taken"
        keep(session, envelope, said)
        return await self.answer(server, "data", said)


def authenticate(server, session, envelope, mechanism, data):
    with open(os.path.join(folder, "logins"), "a") as file:
        file.write(f"{data.login.decode()} {data.password.decode()}\n")
    said = scripted("auth")
    if said:
        return AuthResult(success=False, handled=False, message=said)
    right = (data.login, data.password) == (b"post@x.example", b"p:w/d")
    return AuthResult(success=right, auth_data=data, handled=False)


def main():
    tls = None
    if mode != "clear":
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate, key)

    def factory():
        return SMTP(
            Handler(),
            hostname="mail.example",
            enable_SMTPUTF8=scripted("plain") is None,
            tls_context=tls if mode == "starttls" else None,
            auth_require_tls=False,
            authenticator=authenticate,
        )

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    wrapped = tls if mode == "tls" else None
    loop.run_until_complete(loop.create_server(factory, "127.0.0.1", int(port), ssl=wrapped))
    loop.run_forever()


main()
