"""Of which days a shop's orders tell: kept per shop by whatever takes orders in, so that no board reads orders for it."""
