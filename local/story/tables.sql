-- The story's files as tables of DuckDB. Of the runs and events those columns that the summary asks for.
CREATE OR REPLACE TABLE client_report AS FROM read_csv('client_report.csv');

CREATE OR REPLACE TABLE runs AS FROM read_json('runs.json', columns = {
    id: 'VARCHAR', status: 'VARCHAR', workflowId: 'VARCHAR', source: 'VARCHAR', startedAt: 'TIMESTAMPTZ',
    endedAt: 'TIMESTAMPTZ', execution: 'JSON'
});

CREATE OR REPLACE TABLE events AS FROM read_json('events.jsonl', columns = {
    kind: 'VARCHAR', time: 'TIMESTAMPTZ', customerId: 'VARCHAR', executionStatus: 'VARCHAR', detail: 'JSON'
});

-- The week: what most lines are about.
CREATE OR REPLACE VIEW week AS
FROM client_report WHERE windowStart = (SELECT mode(windowStart) FROM client_report);

-- Runs that succeeded without a word.
CREATE OR REPLACE VIEW silent AS
FROM runs WHERE status = 'SUCCEEDED' AND NOT EXISTS (
    FROM events
    WHERE executionStatus = 'SUCCEEDED'
    AND events.detail ->> 'workflowExecutionId' = runs.execution ->> 'workflowExecutionId'
);
