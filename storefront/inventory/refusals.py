"""Why the stock refuses."""

from ..errors import Refusal


class OutOfStock(Refusal):
    """Fewer units are free than were wanted."""

    def __init__(self, sku: str, wanted: int, left: int) -> None:
        self.sku, self.wanted, self.left = sku, wanted, max(left, 0)
        super().__init__("Sold out." if self.left == 0 else f"Only {self.left} left.")


class UnknownStock(Refusal):
    """No stock is kept under this SKU."""

    status = 404

    def __init__(self, sku: str) -> None:
        self.sku = sku
        super().__init__(f"There is no stock under the SKU {sku}.")


class StillHeld(Refusal):
    """Open payments hold more units than were counted."""

    def __init__(self, sku: str, held: int) -> None:
        self.sku, self.held = sku, held
        super().__init__(
            f"Open payments hold {held} of {sku}. Count again once they are paid or have ended."
        )


class KitHasNoStock(Refusal):
    """A kit is made of its parts; only their units can be counted, added or removed."""

    def __init__(self, sku: str) -> None:
        self.sku = sku
        super().__init__(f"{sku} is a kit and has no stock of its own. Book its parts instead.")


class ChangedMeanwhile(Refusal):
    """Somebody else changed the number after it was read."""

    status = 409

    def __init__(self, sku: str) -> None:
        self.sku = sku
        super().__init__(f"Somebody else has changed {sku} meanwhile. Nothing was saved.")
