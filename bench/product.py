"""The product catalogue's load: each user posts products 1 to 100, then reads nine for one it adds.

Two classes, the same load: ProductHttpUser goes through python-requests, ProductFastHttpUser
through geventhttpclient, which needs less of the CPU that it shares with the server.
"""

import random

import each  # noqa: F401, its option
import requests
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
        "--once", action="store_true", help="The first products are posted once, not by each user"
    )


@events.init.add_listener
def add_known_once(environment, **_):
    if environment.parsed_options.once:
        for product_id in KNOWN:
            path = f"{environment.host}/products/{product_id}/details"
            requests.post(path, json=product(product_id), timeout=30).raise_for_status()


def add(user, product_id):
    path, name = f"/products/{product_id}/details", "/products/{productId}/details"
    user.client.post(path, json=product(product_id), name=name)


def add_known(user):
    if not user.environment.parsed_options.once:
        for product_id in KNOWN:
            add(user, product_id)


def add_new(user):
    add(user, random.choice(ADDED))


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
