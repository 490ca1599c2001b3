"""Starts localstripe on a port of the loopback that the system chooses, and says which one.

Its own command listens on every interface. What Stripe documents, the plugin uses and localstripe does not
have is added here, and nothing else: answers kept under their Idempotency-Key, two filters of lists, a limit
of refunds, the description of an intent.
"""

import socket

from aiohttp import web
from localstripe import resources, server
from localstripe.errors import UserError

# It would write every object to one file for all.
resources.Store.dump_to_disk = lambda self: None

kept = {}


@web.middleware
async def idempotent(request, handler):
    """The same key gives the same answer; with other fields it is refused. Refusals that came before the work
    began are not kept."""
    if request.method == 'DELETE' and request.path == '/_config/data':
        kept.clear()
    key = request.headers.get('Idempotency-Key')
    if request.method != 'POST' or key is None:
        return await handler(request)
    asked = (request.path, await request.read())
    if key in kept:
        before, status, body = kept[key]
        if before != asked:
            body = b'{"error": {"type": "idempotency_error", "message": "The key was used with other fields."}}'
            return web.Response(status=400, body=body, content_type='application/json')
        return web.Response(status=status, body=body, content_type='application/json')
    answer = await handler(request)
    if answer.status == 200 or answer.status == 402:
        kept[key] = (asked, answer.status, answer.body)
    return answer


server.app.middlewares.insert(0, idempotent)


def described(cls):
    create = cls._api_create.__func__

    def create_described(this, description=None, **data):
        made = create(this, **data)
        made.description = description
        return made

    cls._api_create = classmethod(create_described)


def listed_by_customer(cls):
    list_all = cls._api_list_all.__func__

    def list_of_customer(this, url, customer=None, **data):
        found = list_all(this, url, **data)
        if customer is not None:
            found._list = [item for item in found._list if item.customer == customer]
        return found

    cls._api_list_all = classmethod(list_of_customer)


def listed_by_types(cls):
    list_all = cls._api_list_all.__func__

    def list_of_types(this, url, types=None, **data):
        found = list_all(this, url, **data)
        if types is not None:
            found._list = [item for item in found._list if item.type in types]
        return found

    cls._api_list_all = classmethod(list_of_types)


def limited(cls):
    create = cls._api_create.__func__

    def create_limited(this, **data):
        intent = resources.PaymentIntent._api_retrieve(data['payment_intent'])
        charge = intent.latest_charge
        if charge is not None and int(data['amount']) > charge.amount - charge.amount_refunded:
            raise UserError(400, 'The amount is greater than what was not refunded.')
        return create(this, **data)

    cls._api_create = classmethod(create_limited)


described(resources.PaymentIntent)
listed_by_customer(resources.PaymentIntent)
listed_by_types(resources.Event)
limited(resources.Refund)

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.bind(('127.0.0.1', 0))
print('listening on %d.' % listener.getsockname()[1], flush=True)
web.run_app(server.app, sock=listener, access_log=None, print=None)
