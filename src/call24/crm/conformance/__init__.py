"""The conformance kit for connectors to CRMs: a faulty stand-in of a CRM, and checks of a client against it."""
