"""What people write: the policy, the firm, the law, the schemas, the mappings, the quarter."""
