"""Orders to which recalled lots went, as tasks for the shops: only the platform knows the buyers, so the shop writes to them through it."""
