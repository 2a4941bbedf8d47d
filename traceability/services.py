"""What this floor's neighbours above call: facts that they hand down."""

from traceability.sold.services import SoldBeforeMadeError, record_lot_sale, withdraw_lot_sale

__all__ = ["SoldBeforeMadeError", "record_lot_sale", "withdraw_lot_sale"]
