"""The product catalogue's load: each user posts products 1 to 100, then reads nine for one it adds.

Two classes, the same load: ProductHttpUser goes through python-requests, ProductFastHttpUser
through geventhttpclient, which needs less of the CPU that it shares with the server.
"""

import random

import each  # noqa: F401, its option
import gevent
from locust import FastHttpUser, HttpUser, between, events

KNOWN = range(1, 101)
ADDED = range(101, 1_000_001)


def product(product_id):
    return {
        "product_id": product_id,
        "sku": f"SKU-{product_id:06d}",
        "manufacturer": "Acme Corporation",
        "category_id": product_id % 50 + 1,
        "weight": random.randint(0, 5000),
        "some_other_id": product_id,
    }


@events.init_command_line_parser.add_listener
def add_options(parser):
    parser.add_argument(
        "--then",
        type=int,
        default=0,
        metavar="SECONDS",
        help="Count the first products by themselves, and end so many seconds after the last user's",
    )


def add(user, product_id, name):
    user.client.post(f"/products/{product_id}/details", json=product(product_id), name=name)


ready = 0


def add_known(user):
    global ready
    options = user.environment.parsed_options
    name = "/products/{productId}/details" + (" (first)" if options.then else "")
    for product_id in KNOWN:
        add(user, product_id, name)
    ready += 1
    if options.then and ready == options.num_users:
        gevent.spawn_later(options.then, user.environment.runner.quit)


def add_new(user):
    add(user, random.choice(ADDED), "/products/{productId}/details")


def read(user):
    user.client.get(f"/products/{random.choice(KNOWN)}", name="/products/{productId}")


class ProductHttpUser(HttpUser):
    wait_time = between(1, 3)
    tasks = {read: 9, add_new: 1}
    on_start = add_known


class ProductFastHttpUser(FastHttpUser):
    wait_time = between(1, 3)
    tasks = {read: 9, add_new: 1}
    on_start = add_known
