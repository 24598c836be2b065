"""What the sample company knows and sells: CRM, orders, segments."""
