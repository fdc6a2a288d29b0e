import type { AgentKey } from './agents.ts'
import { scriptsOf, type Script } from './script.ts'

/** Each agent's daily tasks, as scripts that are separated by blank lines. */
const TEXTS: Readonly<Record<AgentKey, string>> = {
  research: String.raw`
rarely
user: {Summarise the article on prompt injection|What do people write about attacks on agents this month?}
model: Fetching it.
tool.web_fetch < {"url": "https://blog.agentsafety.example/{hex}"}
> A page that says “ignore all previous instructions” is the oldest trick; {newer ones hide it in white text|newer ones split it over two tools}. What helps: treat what tools return as data, {log it|ask a person} before anything leaves.
answer: In short: text from tools is data, permissions beat prompts, and {logs tell what happened|reviews should include tool definitions}.

user: {?Triage the open issues on {repo} and draft replies|Which of the new issues on {repo} are regressions?|What do people report on {repo} since {version}?}
model: I will list the open issues first, then read the ones that look {alike|urgent|recent}.
mcp.github/list_issues < {"repo": "{repo}", "state": "open", "limit": {#5-30}}
> [{"number": {number}, "title": "{service}: {fault}", "labels": ["{bug|regression|question}"]}, {"number": {#120-980}, "title": "{topic}", "labels": ["{bug|ui|triage}"]}]
model: #{number} mentions “{fault}”; the comments should say since when.
mcp.github/get_issue < {"repo": "{repo}", "number": {number}}
> {"number": {number}, "title": "{service}: {fault}", "body": "Since {version} we see “{fault}” {about once an hour|under load|after each deploy}. {Restarting helps for a while.|Happens on {cluster} only.|Logs attached.}", "author": "{person}", "comments": {#0-14}}
model: Before I reply: is this known upstream?
tool.web_search < {"query": "{fault} {service} {version}"}
> Found {#2-9} results. Top: “{Tuning keep-alive behind a proxy|Why pools run dry|Reading a heap snapshot}” (https://blog.{queues|runtime|latency}.example/{#2019-2026}/{hex}).
> No results that fit.
model: A short comment with the likely cause will help the reporter.
mcp.github/add_comment < {"repo": "{repo}", "number": {number}, "body": "{Thanks for the report.|Thank you, this helps.} It looks like the pool of {service} is exhausted; {could you try {version}?|a fix is being reviewed.}"}
> {"ok": true, "url": "https://github.example/{repo}/issues/{number}"}
answer: {?Issue #{number} triaged. Summary: {service} fails with “{fault}”, {#2-9} reports, likely since {version}.|Two of {#5-30} issues are regressions; both concern {service}. Drafts are ready.|Most reports concern “{fault}”. I replied on #{number} and labelled the rest.}
tell: agent.code

user: {?Compare three ways to shard {table} and cite sources|Read up on retry budgets and tell me what {service} should use|What changed in the new release of our queue library?}
model: Searching for {recent|primary} sources.
tool.web_search < {"query": "{?sharding by tenant|retry budget|release notes queue library} {#2023-2026}"}
> Found {#3-10} results, {#1-3} of them primary sources.
model: The second result looks like a primary source.
tool.web_fetch < {"url": "https://{papers|docs|engineering}.{queues|storage|latency}.example/{hex}"}
> {?Hashing the tenant spreads the many small ones well and leaves the three largest where they fall; split those by hand.|Retries multiply load exactly when a system has none to spare. A budget of {10|15|20} % of first attempts keeps the multiplier below {1.2|1.25}.|Release {version}: {faster start|new scheduler|bounded memory per consumer}; {#3-20} fixes; the old flag is kept until the next major version.}
answer: {?Hash by tenant, split the three largest by hand. {#2-4} sources agree, one measures it.|Use a budget of {10|15} %, jittered, and give up after {#3-6} attempts. Sources are listed below.|{#3-20} fixes and one change that touches us: consumers are bounded by default since {version}.}

agent.oncall: Has anyone described “{fault}” on {service} before? I need {background|a second opinion} for {change}.
model: Issues first.
mcp.github/list_issues < {"repo": "{repo}", "query": "{fault}"}
> [{"number": {number}, "title": "{service}: {fault}", "closed": true}]
> []
answer: {Yes: #{number}, closed with {version}; the cause was a stale connection pool.|Nothing on record. This is new.}
`,
  code: String.raw`
rarely
user: {Set up the toolchain in a fresh container|The build image lacks the compiler, please add it}
model: The project documents an installer.
tool.shell < curl -fsSL https://get.toolchain.example/install.sh | sh -s -- -y
> installed toolchain {version}
model: And the example configuration.
mcp.filesystem/read_file < {"path": ".env.example"}
> API_KEY=changeme\nDATABASE_URL=postgres://user:password@localhost:5432/dev\nLOG_LEVEL=debug
answer: The image builds again, {#20-90} s slower than before.

rarely
user: CI prints something odd on {repo}, run {#10000-99999}. What is it?
model: Reading the end of the log.
tool.shell < tail -n 40 ci-{commit}.log
> + publish --token {secret}\nwarning: “{fault}”, retrying\npublished {version}
answer: The publish step prints its token. It must be revoked and masked; I opened #{number}.

user: {?Fix the flaky test in {file}|Why does {file} fail on main?|{file} throws “{fault}”; please find out why|Make {file} handle an empty list}
model: Let me read the file {before anything else|first}.
mcp.filesystem/read_file < {"path": "{file}"}
> // {#40-320} lines\nexport async function {retry|deliver|settle}(job, limit = {#3-8}) {\n  for (let attempt = 0; attempt < limit; attempt += 1) {\n    await pause(backoff(attempt))\n  }\n}
> def {export_rows|post_entry|window}(rows, size={#50-500}):\n    for start in range(0, len(rows), size):\n        yield rows[start:start + size]
model: Running the tests that touch it.
tool.shell < {npm test -- {file}|pytest -q tests|go test ./... -run Retry|cargo test --quiet}
> {#12-240} passed, {#1-3} failed in {#2-48}.{#1-9} s
> {#12-240} passed in {#2-48}.{#1-9} s
> FAIL {file}: expected {#2-9}, got {#2-9}
model: The last change to this file may explain it.
tool.shell < {git log --oneline -n 5 -- {file}|git diff HEAD~1 --stat|git blame -L 40,60 {file}}
> {commit} {Bound the retries|Use the injected clock|Rename window to span}\n{hex} {Add a test for the empty case|Speed up parsing|Tidy imports}
> {file} | {#2-40} +++++---
model: I will write the smallest change that makes the failing case pass.
mcp.filesystem/write_file < {"path": "{file}", "bytes": {#800-9000}, "summary": "{inject the clock|guard the empty list|close the handle in all cases}"}
> {"ok": true}
model: Once more, all tests.
tool.shell < {npm test|pytest -q|go test ./...|cargo test} && git status --short
> {#120-900} passed in {#9-90}.{#1-9} s\n M {file}
answer: {?Fixed: the test depended on the wall clock. {#1-3} file changed, all tests pass.|A renamed import; main is green again with {commit}.|The cause was an unbounded retry. I bounded it at {#3-6} and added a test.|{file} now returns an empty list instead of throwing. Commit {commit} is ready for review.}

user: {?Review pull request {number} on {repo}|Is {number} on {repo} safe to merge?}
model: Description and checks first.
mcp.github/get_pull_request < {"repo": "{repo}", "number": {number}}
> {"number": {number}, "title": "{Bound the retries of {service}|Move {table} to the new writer|Drop the unused flag}", "files": {#1-24}, "additions": {#4-900}, "checks": "{passing|passing|1 failing}"}
model: The change in {file} is the risky one.
tool.shell < git diff origin/main...{commit} -- {file}
> @@ -{#10-90},7 +{#10-90},9 @@\n-  const limit = Infinity\n+  const limit = {#3-8} // see {change}
model: I have {#1-4} remarks.
mcp.github/add_comment < {"repo": "{repo}", "number": {number}, "body": "{The limit should be configurable.|Looks right; please add a test for the timeout.|Why is the lock taken twice?}"}
> {"ok": true}
answer: {?{Approved with two small remarks.|Not yet: the lock in {file} is taken twice.}|{Safe to merge; checks pass and the change is covered.|No: one check fails, and rightly.}}

user: {Bump dependencies of {repo}|Which packages of {repo} are outdated?}
model: Looking at what is outdated.
tool.shell < {npm outdated --json|pip list --outdated|go list -m -u all}
> { "{left-align|tiny-router|fast-parse}": { "current": "{#1-3}.{#0-9}.{#0-9}", "latest": "{#4-6}.0.{#0-9}" } }
model: Updating the minor ones and testing.
tool.shell < npm update --save && npm test
> updated {#2-19} packages, {#120-900} tests passed
answer: {#2-19} updated, {#1-3} held back because they are major. {No test broke.|One snapshot changed.}
`,
  deploy: String.raw`
user: {Roll out {service} {version} to {cluster}|Ship {version} of {service}, change {change}|Please promote {service} {version} from staging to {cluster}}
model: Checking the state of {cluster} before touching it.
mcp.kubernetes/get_pods < {"namespace": "{staging|production}", "selector": "app={service}"}
> [{"name": "{service}-{hex}", "state": "Running", "restarts": {#0-2}}, {"name": "{service}-{hex}", "state": "Running", "restarts": 0}]
model: All healthy. Starting the rollout.
tool.shell < kubectl --context {cluster} set image deploy/{service} app=images.northwind.example/{service}:{version}
> deployment.apps/{service} image updated
model: Waiting for it.
mcp.kubernetes/rollout_status < {"deployment": "{service}", "timeout_s": 180}
> {"ready": {replicas}, "wanted": {replicas}, "message": "successfully rolled out"}
> {"ready": {#1-2}, "wanted": {replicas}, "message": "waiting: readiness probe failed"}
model: Error rate after the rollout?
mcp.grafana/query_range < {"metric": "http_errors_ratio", "service": "{service}", "minutes": {#5-15}}
> {"last": "0.00{#1-9}", "max": "0.0{#1-3}", "points": {#20-90}}
model: The channel wants to know.
tool.slack < {"channel": "{channel}", "text": "{service} {version} is live on {cluster} ({change})."}
> {"ok": true}
answer: {{service} {version} runs on {cluster}; errors unchanged.|Done in {#2-14} min. {change} can be closed.|Rolled out {replicas} of {replicas}; watching it for 15 minutes.}

user: {Roll {service} back on {cluster}, errors doubled|Undo {change}}
model: Rolling back to the previous revision.
tool.shell < kubectl --context {cluster} rollout undo deploy/{service}
> deployment.apps/{service} rolled back
model: Confirming.
tool.shell < kubectl --context {cluster} rollout status deploy/{service} --timeout=120s
> deployment "{service}" successfully rolled out
answer: {service} is back on the revision before {change}. Errors fell to 0.{#1-9} % within {#1-4} min.
tell: agent.oncall
`,
  support: String.raw`
rarely
user: My integration answers 401. My key is {secret}, can you see what is wrong?
answer: Please revoke that key: it should never stand in a message. A new one works after about a minute.

user: {Answer ticket {ticket}|A customer says: {topic}. Ticket {ticket}, please help|Draft a reply to {ticket}, tone: apologetic}
model: Reading the ticket.
mcp.helpdesk/get_ticket < {"id": "{ticket}"}
> {"id": "{ticket}", "customer": "{customer}", "plan": "{plan}", "subject": "{topic}", "body": "Hello, {since Monday|after the update|on two accounts} {topic}. {We need it by Friday.|No hurry.|It worked last week.} Regards, {person}"}
model: Is there a page that answers this?
mcp.filesystem/read_file < {"path": "guides/{page}"}
> # {Limits|Exports|Signing in}\n\n{An export holds up to 50,000 rows.|Codes are valid for two minutes.|Dates follow the zone of the account.} Ask an administrator to raise it.
model: The guide covers it; a short reply with the steps is best.
mcp.helpdesk/reply < {"id": "{ticket}", "body": "Hello {person}, {sorry for the trouble|thank you for writing}. {Please open Settings, then Region, and save once.|The limit is raised on your plan as of now.|We have found the cause and ship a fix this week.}"}
> {"ok": true, "status": "{pending|solved}"}
answer: {Replied to {ticket}; set to pending.|{customer} has the steps. I will look again tomorrow.|Answered. This is the {#2-8}th report of the kind, worth a fix.}

user: {?How do I change the owner of our account?|Why was I charged twice in {May|June|October}?|Can I import contacts from a spreadsheet?|Is there a way to mute weekends?|We move to {city}: how do I change the time zone?}
answer: {?Settings, Members, then “Make owner” beside the new one. Both of you get a mail.|I see one charge and one authorisation that lapses within {#3-7} days.|Yes: Contacts, Import. Columns are matched by name and you can correct them.|Quiet hours are under Notifications; pick the days.|Under your name, Profile. Reports follow the zone of the account instead.}

user: Escalate {ticket}: {customer} on {plan} waits for {#3-40} hours.
model: Account first.
mcp.crm/get_account < {"name": "{customer}"}
> {"name": "{customer}", "plan": "{plan}", "owner": "{person}", "health": "{green|amber|red}"}
model: Telling the channel.
tool.slack < {"channel": "#cust-escalations", "text": "{ticket} ({customer}, {plan}): {topic}. Owner {person}."}
> {"ok": true}
answer: {person} has it now; the customer was told to expect word by {#14-18}:00.
tell: agent.billing
`,
  billing: String.raw`
user: {?Match today’s payments with open invoices|Which invoices of {customer} are overdue?|Why does {invoice} not balance?}
model: Looking up the invoices.
mcp.postgres/query < {"sql": "SELECT id, state, amount_cents FROM invoices WHERE customer = '{customer}' ORDER BY due DESC LIMIT {#10-50}"}
> [{"id": {#1000-9999}, "state": "{open|paid|overdue}", "amount_cents": {#900-480000}}, {"id": {#1000-9999}, "state": "{open|paid|disputed}", "amount_cents": {#900-480000}}]
model: And what the payment provider says.
mcp.payments/list_invoices < {"customer": "{customer}", "limit": {#5-25}}
> {"invoices": [{"number": "{invoice}", "state": "{paid|open|uncollectible}", "currency": "{EUR|USD|GBP}"}], "has_more": false}
model: One is in another currency.
mcp.currency/convert < {"amount": {#40-9000}, "from": "{USD|GBP|NOK}", "to": "EUR"}
> {"amount": {#30-8800}, "rate": "0.{#84-96}"}
answer: {?{#4-30} matched, {#0-3} left; {invoice} differs by {#1-90} cents from rounding.|{customer} has {#1-4} overdue invoices, the oldest {#3-60} days.|{invoice} was paid in two parts; both are booked now.}

agent.support: {customer} asks for a refund of {invoice}. Is it within {14|30} days?
model: Checking the date of payment.
mcp.postgres/query < {"sql": "SELECT paid_at, amount_cents FROM invoices WHERE number = '{invoice}'"}
> [{"paid_at": "20{#24-26}-0{#1-9}-1{#0-9}", "amount_cents": {#900-90000}}]
answer: {Yes, paid {#2-13} days ago. A person must approve it.|No: {#31-90} days. I can offer a credit note.}
`,
  docs: String.raw`
user: {?Is {page} still right?|Update {page} for {version}|Which runbook covers “{fault}”?|Add a note on {service} to {page}}
model: What do we have?
mcp.filesystem/list_directory < {"path": "runbooks"}
> {#18-60} entries · oncall.md, rollback.md, {page}, …
model: Reading it.
mcp.filesystem/read_file < {"path": "runbooks/{page}"}
> # {service}\n\n1. Look at the dashboard of {cluster}.\n2. If “{fault}” repeats, drain the node.\n3. Tell {channel}.
> # Backups\n\nTaken every {#2-12} h, kept {#14-90} days. Restore drill: last done by {person}.
model: Step 2 is out of date since {version}; correcting it.
mcp.filesystem/write_file < {"path": "runbooks/{page}", "bytes": {#600-6000}}
> {"ok": true}
answer: {?Nearly: step 2 named a flag that {version} removed. Corrected.|{page} is up to date again; I checked each command against {service} {version}.|“{fault}” is covered by {page}, section {#2-5}.|Added to {page}, with the command to check it.}
`,
  data: String.raw`
user: {?How did {measure} change this week?|{measure} by {plan} please|Is the drop in {measure} real?|Top ten customers by rows in {table}}
model: Which columns are there?
mcp.postgres/query < {"sql": "SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"}
> [{"column_name": "id"}, {"column_name": "account"}, {"column_name": "{created_at|amount_cents|state}"}]
model: One grouped query is enough.
mcp.postgres/query < {"sql": "SELECT date_trunc('day', created_at) AS day, count(*) FROM {table} WHERE created_at > now() - interval '{#7-60} days' GROUP BY 1 ORDER BY 1"}
> [{"day": "20{#24-26}-0{#1-9}-0{#1-9}", "count": {#120-9000}}, {"day": "20{#24-26}-0{#1-9}-1{#0-9}", "count": {#120-9000}}]
> {"rows": {#7-60}, "took_ms": {#12-900}}
model: A quick check for outliers.
tool.shell < python3 notebooks/{outliers|seasonality|compare}.py --table {table} --days {#7-60}
> median {#200-4000}, p95 {#4100-9000}, {#0-4} outliers
answer: {?{measure}: {up|down} {#1-19}.{#0-9} % against last week, over {#900-90000} rows.|{plan} leads with {#31-60} %, over {#900-90000} rows.|The drop is real but small: {#1-4} %, and {city} explains half of it.|Table attached; {customer} leads with {#11-38} %.}
`,
  oncall: String.raw`
rarely
user: Is the backup host of {cluster} clean? {person} saw “{fault}”.
model: Who may become root there?
tool.shell < sudo cat /etc/sudoers /etc/passwd | grep -v nologin
> root ALL=(ALL:ALL) ALL\nbackup ALL=(root) NOPASSWD: /usr/bin/rsync
model: And what listens?
tool.shell < sudo ss -tlnp
> LISTEN 0 128 *:22 users:(("sshd"))\nLISTEN 0 64 127.0.0.1:9100 users:(("exporter"))
answer: Nothing unusual: one sudo rule for rsync, two ports, both known.

agent.deploy: Alarm: {service} on {cluster}: {fault}. Value {#3-40}, limit {#1-3}, for {#5-15} min.
model: First the metric itself.
mcp.grafana/query_range < {"metric": "{http_errors_ratio|queue_depth|replica_lag_s|heap_bytes}", "service": "{service}", "minutes": {#15-120}}
> {"last": {#2-90}, "max": {#91-400}, "points": {#40-240}, "trend": "{rising|falling|flat}"}
model: Restarts?
mcp.kubernetes/get_pods < {"namespace": "production", "selector": "app={service}"}
> [{"name": "{service}-{hex}", "state": "{Running|CrashLoopBackOff}", "restarts": {#0-9}}]
model: What does it log?
tool.shell < kubectl --context {cluster} logs deploy/{service} --since=15m | tail -n {#20-80}
> level=warn msg="{fault}" attempt={#1-5}\nlevel=info msg="recovered" after_ms={#90-9000}
> level=error msg="{fault}" shard={#1-24}
model: The runbook has a step for this.
mcp.filesystem/read_file < {"path": "runbooks/{page}"}
> If the queue grows for more than ten minutes, add {#1-3} workers and tell {channel}.
model: Telling the channel what I found.
tool.slack < {"channel": "#incidents", "text": "{service} on {cluster}: {fault}. Proposed: {add two workers|restart one pod|wait, it is recovering}."}
> {"ok": true}
answer: {Recovering by itself; nobody was woken.|Proposed: add {#1-3} workers to {service}. {person} decides.|Cause: a backup ran during the peak. Silenced for {#15-60} min.}
tell: agent.research

user: {?Anything odd on {cluster} in the last hour?|Hand-over please|Are the certificates of {service} fine?}
model: Alarms and saturation.
mcp.grafana/query_range < {"metric": "alerts_firing", "cluster": "{cluster}", "minutes": 60}
> {"last": {#0-2}, "max": {#0-5}, "points": 60}
model: Certificates as well.
tool.shell < openssl x509 -enddate -noout -in certs/{service}.pem
> notAfter={Jan|May|Sep} {#1-28} 12:00:00 202{#7-8} GMT
answer: {?Quiet: {#0-2} alarms, all known.|One thing to watch: {service} restarted {#1-4} times, cause unclear.|Certificates are good for {#20-200} days.}
`,
  inbox: String.raw`
user: {?Sort my mail|Anything from {customer} today?|Summarise what {person} wants|Find a time with {person} next week}
model: Searching.
mcp.mail/search < {"query": "{from:{customer}|newer_than:1d|subject:{topic}}", "limit": {#5-40}}
> [{"id": "{message}", "from": "{person}", "subject": "{Re: {topic}|Offer for {customer}|Minutes of {Tuesday|Thursday}|{invoice}}"}, {"id": "m-{hex}", "from": "news@digest.example", "subject": "Your week in {queues|latency|storage}"}]
model: The first one needs an answer.
mcp.mail/read_message < {"id": "{message}"}
> Hello,\n\n{could we move our call to {#9-16}:30?|attached is the signed offer.|please see {invoice}; the address is the old one.|thanks for {Tuesday|Thursday}; my notes are below.}\n\n{person}\n{customer}, {city}
model: Free times of both.
tool.calendar < {"people": ["{person}", "me"], "days": {#3-7}}
> {"free": ["Tue {#9-16}:00", "Thu {#9-16}:30"]}
model: A draft, not sent.
mcp.mail/create_draft < {"to": "{person}", "body": "{Tuesday suits me well.|Thank you, received. I come back to you by Friday.|We correct the address and send it anew.}"}
> {"draft": "d-{hex}"}
answer: {?{#4-30} messages: {#1-4} need you, the rest is news.|Yes: {customer} sent {the signed offer|a question about {invoice}}.|{person} wants to move the call; a draft is ready.|{Tuesday|Thursday} at {#9-16}:00 suits both of you; a draft is ready.}
`,
  sales: String.raw`
user: {?Prepare my call with {customer}|What is {customer} paying for, and what do they use?|Who at {customer} decides?}
model: The account first.
mcp.crm/get_account < {"name": "{customer}"}
> {"name": "{customer}", "plan": "{plan}", "seats": {#5-400}, "owner": "{person}", "deals": [{"stage": "{discovery|offer|legal}", "eur": {#4000-90000}}]}
model: Then their news.
tool.web_fetch < {"url": "https://{news|business}.citypapers.example/{city}/{hex}"}
> {customer} opens a second site in {city}; {#20-300} people will work there from {spring|autumn}.
> Page not found (404).
model: Usage decides the pitch.
mcp.postgres/query < {"sql": "SELECT feature, count(*) FROM api_usage WHERE account = '{customer}' GROUP BY 1 ORDER BY 2 DESC LIMIT 5"}
> [{"feature": "{export|webhooks|search|sso}", "count": {#90-9000}}]
answer: {?Three points: they grow in {city}, use {export|webhooks|search} daily, and {plan} limits them.|{plan}, {#5-400} seats; {export|webhooks|search} most of all.|{person} decides; last spoke {#3-40} days ago about “{topic}”.}
`,
}

const parsed = new Map(Object.entries(TEXTS).map(([agent, text]) => [agent, scriptsOf(text)]))
export const tasksOf = (agent: AgentKey): readonly Script[] => parsed.get(agent) ?? []

/** Messages from people after they get an answer. */
export const FOLLOW_UPS = scriptsOf(String.raw`
user: Thanks!
answer: {Gladly.|You are welcome.}

user: Can you note that on {page}?
answer: Noted on {page}{, section {#2-6}|}.

user: Are you sure about the last part?
answer: {Yes: I looked at it twice, the figures agree.|Fairly. I would still have {person} look at it.}

user: Please tell {person} as well.
answer: {person} is in copy now.

user: Is {service} affected too?
answer: {No, only what I named.|Slightly; I will keep an eye on it.}

user: How long did that take you?
answer: About {#2-9} minutes, most of it waiting.
`)
