"""The Lambda package: handlers call services, services call ports, `aws` and `amc` implement the ports."""
