"""A stand-in for Amazon Marketing Cloud's reporting API, for this machine only.

It answers what AMC answers (Login with Amazon tokens, workflows, executions, accounts and instances), runs
nothing, and writes small made-up results. Everything a test may want to steer or to prove is under
`/_simulator`. No data of AMC is in it.

Brackets in docstrings of this package say where something is known from, as [OpenAPI, practitioners]: *OpenAPI*
is Amazon's description of the AMC reporting API, *Ads API* that of the Amazon Ads API as a whole, *guide* AMC's
guide pages, *sample collection* its Postman collection and notebook, *Insights on AWS* the AWS solution that calls
AMC, *practitioners* reports by people who use the live API. *Ours* marks a choice made where no public source says
anything.
"""
