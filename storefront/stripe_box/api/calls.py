"""One checked API call, as endpoint functions receive it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import JSON

if TYPE_CHECKING:
    from ..box import Box


@dataclass(frozen=True, kw_only=True)
class Call:
    """The box, the names in the path, the typed parameters and where the box is reached."""

    box: "Box"
    ids: dict[str, str]
    params: JSON
    base_url: str
    path: str
