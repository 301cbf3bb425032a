"""A stand-in for Amazon Marketing Cloud's reporting API, for this machine only.

It answers what AMC answers (Login with Amazon tokens, workflows, executions, accounts and instances), runs
nothing, and writes small made-up results. Everything a test may want to steer or to prove is under
`/_simulator`. No data of AMC is in it.

Sources, as the docstrings of this package name them: *OpenAPI* is Amazon's description of the AMC reporting
API, *guide* its guide pages, *sample collection* its Postman collection and notebook, *Insights on AWS* the
AWS solution that calls AMC, *practitioners* reports by people who use the live API. *Ours* marks a choice
made where no public source says anything.
"""
