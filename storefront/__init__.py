"""Storefront: a shop that mounts in a Flask site and sells beside what the site writes.

In a site of your own:  Storefront(app, url_prefix="/shop")
Standing alone:         flask --app storefront run
"""

from .shop import Storefront, create_app
from .staff import StaffPerson

__all__ = ["StaffPerson", "Storefront", "create_app"]
