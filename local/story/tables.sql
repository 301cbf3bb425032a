-- The story's files as tables of DuckDB. Of the runs and events those columns that the summary asks for.
CREATE OR REPLACE TABLE first_sales AS
FROM read_parquet('delivered-at-first/tenant=*/workflow=hero_sales/*/*.parquet', hive_partitioning = true);

CREATE OR REPLACE TABLE hero_sales AS
FROM read_parquet('delivered/tenant=*/workflow=hero_sales/*/*.parquet', hive_partitioning = true);

CREATE OR REPLACE TABLE client_report AS
FROM read_parquet('delivered/tenant=*/workflow=client_report/*/*.parquet', hive_partitioning = true);

CREATE OR REPLACE TABLE runs AS FROM read_json('runs.json', columns = {
    id: 'VARCHAR', status: 'VARCHAR', workflowId: 'VARCHAR', source: 'VARCHAR', startedAt: 'TIMESTAMPTZ',
    endedAt: 'TIMESTAMPTZ', supersededBy: 'VARCHAR', execution: 'JSON'
});

CREATE OR REPLACE TABLE events AS FROM read_json('events.jsonl', columns = {
    kind: 'VARCHAR', time: 'TIMESTAMPTZ', customerId: 'VARCHAR', executionStatus: 'VARCHAR', detail: 'JSON'
});

-- The week: what most lines are about.
CREATE OR REPLACE VIEW week AS
FROM client_report WHERE window_start = (SELECT mode(window_start) FROM client_report);

-- Each client's week as it was read at first, and two weeks later.
CREATE OR REPLACE VIEW settling AS
SELECT tenant, first.sales AS at_first, later.sales AS settled, reached.reach AS reach
FROM (SELECT tenant, sum(sales) AS sales FROM first_sales GROUP BY tenant) first
JOIN (SELECT tenant, sum(sales) AS sales FROM hero_sales GROUP BY tenant) later USING (tenant)
JOIN (SELECT tenant, sum(reach) AS reach FROM week GROUP BY tenant) reached USING (tenant);

-- Runs that succeeded without a word.
CREATE OR REPLACE VIEW silent AS
FROM runs WHERE status = 'SUCCEEDED' AND NOT EXISTS (
    FROM events
    WHERE executionStatus = 'SUCCEEDED'
    AND events.detail ->> 'workflowExecutionId' = runs.execution ->> 'workflowExecutionId'
);
