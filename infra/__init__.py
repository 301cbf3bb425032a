"""The CDK constructs of WFM, one module a capability."""
