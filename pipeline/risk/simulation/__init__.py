"""Simulated customers: companies, orders, incidents and complaints, for want of public data on conduct."""
