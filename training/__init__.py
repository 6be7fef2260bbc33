"""How a policy learns. Nothing here yet."""
