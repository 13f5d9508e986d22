"""Ways to be paid. Which there are is configuration; nothing here touches the database."""

from payments.gateways.base import Gateway
from payments.gateways.registry import NoSuchGateway, configured, gateway_named

__all__ = ["Gateway", "NoSuchGateway", "configured", "gateway_named"]
