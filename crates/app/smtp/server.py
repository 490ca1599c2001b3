"""A mail server on the loopback that says what it was given, a line of JSON for each thing.

    server.py CERTIFICATE KEY

It demands STARTTLS, then the account `innkeeper` with the password `s3cret`. The address of a recipient says what it
does: `busy@` is refused for now the first two times (451), `nobody@` for ever (550); others are taken.
"""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def say(**what):
    print(json.dumps(what), flush=True)


class Handler:
    def __init__(self):
        self.busy = 2

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            say(event="refused", to=address, code=550)
            return "550 5.1.1 There is nobody of that name"
        if address.startswith("busy@") and self.busy > 0:
            self.busy -= 1
            say(event="refused", to=address, code=451)
            return "451 4.3.2 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        text = envelope.content.decode("ascii", errors="backslashreplace")
        login = session.auth_data.decode() if session.auth_data else None
        say(event="message", sender=envelope.mail_from, to=envelope.rcpt_tos, text=text, login=login,
            tls=session.ssl is not None)
        return "250 OK"


def who(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"innkeeper", b"s3cret")
    if not good:
        say(event="kept out", login=data.login.decode())
    return AuthResult(success=good, handled=good, auth_data=data.login)


async def main(certificate, key):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    handler = Handler()

    def session():
        return SMTP(handler, hostname="mail.test", tls_context=tls, require_starttls=True, authenticator=who,
                    auth_required=True, auth_require_tls=True)

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    say(event="listening", port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
