-- Conduct as of each complaint, for DuckDB and Spark alike. Reads the tables `complaints` and `customers` (their columns:
-- history.py) and defines views; the last one, `conduct`, has a row per complaint.
--
-- Everything is a sum over events in time. A record enters at its moment and leaves when the memory ends, so a sum over
-- all events before a complaint is a sum over its memory: linear however many records a customer has. Events are ordered
-- by (moment, turn, enters); turn is the record's place in the file, and -1 for what leaves because time has passed. What
-- is counted once (a customer of a campaign, a category) also leaves when its next record takes over.

-- From which day on the company records what was claimed and paid: after it, no amount means that there was none.
CREATE OR REPLACE TEMP VIEW recorded AS
SELECT MIN(CASE WHEN claimed_amount IS NOT NULL THEN CAST(FLOOR(moment / $day) AS BIGINT) END) AS claims_since,
       MIN(CASE WHEN paid_amount IS NOT NULL THEN CAST(FLOOR(moment / $day) AS BIGINT) END) AS payments_since
FROM complaints;

CREATE OR REPLACE TEMP VIEW placed AS
WITH said AS (
    SELECT c.seq, c.customer_id, c.moment, c.company, c.product, c.category, c.currency, c.outcome, c.template,
           c.demand, c.threat, c.vague, c.venting, c.order_amount,
           COALESCE(c.claimed_amount, CASE WHEN r.claims_since < FLOOR(c.moment / $day) THEN 0e0 END) AS claimed_amount,
           COALESCE(c.paid_amount, CASE WHEN r.payments_since < FLOOR(c.moment / $day) THEN 0e0 END) AS paid_amount
    FROM complaints AS c CROSS JOIN recorded AS r
), known AS (
    SELECT
        c.seq, c.customer_id, c.moment, CAST(FLOOR(c.moment / $day) AS BIGINT) AS day,
        c.template, c.category, COALESCE(c.currency, o.currency, '') AS currency,
        CASE WHEN c.company IS NULL AND c.product IS NULL THEN NULL
             ELSE CONCAT(COALESCE(c.company, ''), '|', COALESCE(c.product, ''), '|', COALESCE(c.category, '')) END AS incident,
        CAST(c.demand AS INT) AS demand, CAST(c.threat AS INT) AS threat,
        CAST(c.vague AS INT) AS vague, CAST(c.venting AS INT) AS venting,
        CASE WHEN c.outcome IN ('upheld', 'rejected') THEN 1 ELSE 0 END AS closed,
        CASE WHEN c.outcome = 'upheld' THEN 1 ELSE 0 END AS upheld,
        CASE WHEN c.outcome = 'rejected' THEN 1 ELSE 0 END AS rejected,
        CASE WHEN c.outcome = 'upheld' OR c.paid_amount > 0 THEN 1 ELSE 0 END AS fixed,
        CASE WHEN c.paid_amount > 0 THEN 1 ELSE 0 END AS paid,
        CASE WHEN c.claimed_amount > 0 THEN 1 ELSE 0 END AS claim,
        CASE WHEN c.claimed_amount IS NOT NULL THEN 1 ELSE 0 END AS told_claim,
        CASE WHEN c.paid_amount IS NOT NULL THEN 1 ELSE 0 END AS told_paid,
        CASE WHEN c.paid_amount IS NOT NULL OR c.outcome IS NOT NULL THEN 1 ELSE 0 END AS told_end,
        NULLIF(ROUND(c.order_amount * 100), 0) AS order_amount, ROUND(c.claimed_amount * 100) AS claimed_amount,
        ROUND(c.paid_amount * 100) AS paid_amount,  -- whole numbers, so that sums are exact in any order
        o.since, o.orders,
        CASE WHEN COALESCE(o.currency, c.currency, '') = COALESCE(c.currency, o.currency, '') THEN ROUND(o.spend * 100) END
            AS spend,
        CASE WHEN o.orders IS NOT NULL THEN 'orders' WHEN o.since IS NOT NULL THEN 'tenure' END AS rate_basis
    FROM said AS c LEFT JOIN customers AS o ON o.customer_id = c.customer_id
)
SELECT
    *,
    CASE WHEN spend > 0 THEN 'spend' ELSE 'orders' END AS money_basis,
    -- A single claim counts for $most_claimed orders at most, so that one absurd amount outweighs no history.
    CASE WHEN claimed_amount IS NULL OR claimed_amount = 0 THEN claimed_amount
         WHEN spend > 0 THEN LEAST(claimed_amount, COALESCE($most_claimed * order_amount, spend))
         WHEN order_amount > 0 THEN ROUND($unit * LEAST(claimed_amount / order_amount, $most_claimed)) END AS claimed_part,
    CASE WHEN paid_amount IS NULL OR paid_amount = 0 THEN paid_amount
         WHEN spend > 0 THEN LEAST(paid_amount, COALESCE($most_claimed * order_amount, spend))
         WHEN order_amount > 0 THEN ROUND($unit * LEAST(paid_amount / order_amount, $most_claimed)) END AS paid_part,
    CASE WHEN claimed_amount > 0 AND order_amount > 0 THEN 1 ELSE 0 END AS sized,
    CASE WHEN claimed_amount > 0 AND order_amount > 0 THEN ROUND($unit * LEAST(claimed_amount / order_amount, $most_claimed))
         ELSE 0e0 END AS size,
    ROW_NUMBER() OVER own - 1 AS place,
    MIN(day) OVER own AS first_day,
    CASE WHEN moment - MAX(CASE WHEN fixed = 1 THEN moment END) OVER before <= $again THEN 1 ELSE 0 END AS reopens,
    CASE WHEN moment - LAG(moment) OVER (PARTITION BY customer_id, template ORDER BY moment, seq) <= $day THEN 0 ELSE 1 END AS occasion
FROM known
WINDOW
    own AS (PARTITION BY customer_id ORDER BY moment, seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    before AS (PARTITION BY customer_id ORDER BY moment, seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);

-- Peers: sums over all customers up to the end of the day before. The first complaints of a company are compared with
-- the usual values that stand here.

CREATE OR REPLACE TEMP VIEW peers_shares AS
WITH daily AS (
    SELECT day, COUNT(*) AS n, SUM(demand) AS demand, SUM(vague) AS vague, SUM(venting) AS venting,
           SUM(closed) AS closed, SUM(rejected) AS rejected,
           SUM(claim) AS claim, SUM(told_claim) AS told_claim, SUM(size) AS size, SUM(sized) AS sized
    FROM placed GROUP BY day
), before AS (
    SELECT day,
           COALESCE(SUM(n) OVER w, 0) AS n, COALESCE(SUM(demand) OVER w, 0) AS demand,
           COALESCE(SUM(vague) OVER w, 0) AS vague, COALESCE(SUM(venting) OVER w, 0) AS venting,
           COALESCE(SUM(closed) OVER w, 0) AS closed, COALESCE(SUM(rejected) OVER w, 0) AS rejected,
           COALESCE(SUM(claim) OVER w, 0) AS claim, COALESCE(SUM(told_claim) OVER w, 0) AS told_claim,
           COALESCE(SUM(size) OVER w, 0) AS size, COALESCE(SUM(sized) OVER w, 0) AS sized
    FROM daily WINDOW w AS (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT day, (demand + 1e0) / (n + 4) AS demand, (vague + 1e0) / (n + 4) AS vague, (venting + 4e-1) / (n + 4) AS venting,
       (rejected + 1e0) / (closed + 4) AS rejected, (claim + 1e0) / (told_claim + 4) AS claim,
       (size + 2 * $unit) / ($unit * (sized + 2)) AS size
FROM before;

-- Complaints of a customer in e orders (or days) are Poisson with a rate of its own, the rates are gamma with mean m and
-- shape a. Method of moments over all customers: e = p + q * day, so every sum that it takes is a sum over events.
CREATE OR REPLACE TEMP VIEW peers_rate AS
WITH exposed AS (
    SELECT customer_id, COALESCE(since, -1000000) AS day,
           CASE WHEN orders IS NOT NULL THEN 'orders' ELSE 'tenure' END AS basis,
           CASE WHEN orders IS NOT NULL THEN CAST(orders AS DOUBLE) ELSE CAST(-since AS DOUBLE) END AS p,
           CASE WHEN orders IS NOT NULL THEN 0e0 ELSE 1e0 END AS q
    FROM customers WHERE orders IS NOT NULL OR since IS NOT NULL
), events AS (
    SELECT day, basis, 0 AS n, 0 AS nn, 0e0 AS np, 0e0 AS nq, p, q, p * p AS pp, p * q AS pq, q * q AS qq FROM exposed
    UNION ALL
    SELECT c.day, e.basis, 1, 2 * c.place + 1, e.p, e.q, 0e0, 0e0, 0e0, 0e0, 0e0
    FROM placed AS c JOIN exposed AS e ON e.customer_id = c.customer_id
), daily AS (
    SELECT day, basis, SUM(n) AS n, SUM(nn) AS nn, SUM(np) AS np, SUM(nq) AS nq,
           SUM(p) AS p, SUM(q) AS q, SUM(pp) AS pp, SUM(pq) AS pq, SUM(qq) AS qq
    FROM events GROUP BY day, basis
), before AS (
    SELECT day, basis,
           COALESCE(SUM(n) OVER w, 0) AS n, COALESCE(SUM(nn) OVER w, 0) AS nn,
           COALESCE(SUM(np) OVER w, 0) + day * COALESCE(SUM(nq) OVER w, 0) AS ne,
           COALESCE(SUM(p) OVER w, 0) + day * COALESCE(SUM(q) OVER w, 0) AS e,
           COALESCE(SUM(pp) OVER w, 0) + 2e0 * day * COALESCE(SUM(pq) OVER w, 0)
               + 1e0 * day * day * COALESCE(SUM(qq) OVER w, 0) AS ee
    FROM daily WINDOW w AS (PARTITION BY basis ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), means AS (
    SELECT *, (n + 1e0) / (e + CASE WHEN basis = 'orders' THEN 20 ELSE 365 END) AS m FROM before
), spreads AS (
    SELECT day, basis, m, m * m * ee AS squared, nn - 2 * m * ne + m * m * ee - m * e AS excess FROM means
)
SELECT day, basis, m AS rate,
       CASE WHEN excess > 0 AND squared > 0 THEN GREATEST($least_shape, LEAST($most_shape, squared / excess))
            ELSE $most_shape END AS shape
FROM spreads;

CREATE OR REPLACE TEMP VIEW peers_money AS
WITH events AS (
    SELECT day, money_basis AS basis, currency,
           COALESCE(claimed_part, 0e0) AS claimed, CASE WHEN claimed_part IS NULL THEN 0 ELSE 1 END AS claims,
           COALESCE(paid_part, 0e0) AS paid, CASE WHEN paid_part IS NULL THEN 0 ELSE 1 END AS ends,
           0e0 AS spend, 0 AS spenders
    FROM placed
    UNION ALL
    SELECT COALESCE(c.since, -1000000), 'spend', k.currency, 0e0, 0, 0e0, 0, ROUND(c.spend * 100), 1
    FROM customers AS c JOIN (SELECT DISTINCT currency FROM placed) AS k ON COALESCE(c.currency, k.currency) = k.currency
    WHERE c.spend > 0
), daily AS (
    SELECT day, basis, currency, SUM(claimed) AS claimed, SUM(claims) AS claims, SUM(paid) AS paid, SUM(ends) AS ends,
           SUM(spend) AS spend, SUM(spenders) AS spenders
    FROM events GROUP BY day, basis, currency
), before AS (
    SELECT day, basis, currency,
           COALESCE(SUM(claimed) OVER w, 0) AS claimed, COALESCE(SUM(claims) OVER w, 0) AS claims,
           COALESCE(SUM(paid) OVER w, 0) AS paid, COALESCE(SUM(ends) OVER w, 0) AS ends,
           COALESCE(SUM(spend) OVER w, 0) AS spend, COALESCE(SUM(spenders) OVER w, 0) AS spenders
    FROM daily WINDOW w AS (PARTITION BY basis, currency ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT day, basis, currency,
       CASE WHEN basis = 'orders' THEN (claimed + $unit) / ($unit * (claims + 2)) WHEN spend > 0 THEN claimed / spend END
           AS claimed,
       CASE WHEN basis = 'orders' THEN (paid + 5e-1 * $unit) / ($unit * (ends + 2)) WHEN spend > 0 THEN paid / spend END
           AS paid,
       CASE WHEN basis = 'orders' THEN 2e0 * $unit WHEN spenders > 0 THEN 25e-2 * spend / spenders END AS weight
FROM before;

-- One customer's conduct in its memory.
CREATE OR REPLACE TEMP VIEW own_conduct AS
WITH events AS (
    SELECT seq, customer_id, moment + delay AS moment, CASE WHEN enters = 1 THEN seq ELSE -1 END AS turn, enters,
           sign AS n, sign * demand AS demand, sign * threat AS threat, sign * vague AS vague, sign * venting AS venting,
           sign * closed AS closed, sign * upheld AS upheld, sign * rejected AS rejected, sign * reopens AS reopens,
           sign * claim AS claim, sign * told_claim AS told_claim, sign * size AS size, sign * sized AS sized,
           sign * threat * paid AS threat_paid, sign * told_paid AS told_paid, sign * told_end AS told_end
    FROM placed CROSS JOIN (VALUES (CAST(0 AS BIGINT), 1, 1e0), ($memory, 0, -1e0)) AS phases (delay, enters, sign)
), sums AS (
    SELECT seq, enters,
           SUM(n) OVER w AS n, SUM(demand) OVER w AS demand, SUM(threat) OVER w AS threat, SUM(vague) OVER w AS vague,
           SUM(venting) OVER w AS venting, SUM(closed) OVER w AS closed, SUM(upheld) OVER w AS upheld,
           SUM(rejected) OVER w AS rejected, SUM(claim) OVER w AS claim, SUM(told_claim) OVER w AS told_claim,
           SUM(size) OVER w AS size, SUM(sized) OVER w AS sized,
           SUM(reopens) OVER w AS reopens, SUM(threat_paid) OVER w AS threat_paid,
           SUM(told_paid) OVER w AS told_paid, SUM(told_end) OVER w AS told_end
    FROM events WINDOW w AS (
        PARTITION BY customer_id ORDER BY moment, turn, enters ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
)
SELECT * FROM sums WHERE enters = 1;

-- Bursts, and the categories in which money was demanded.
CREATE OR REPLACE TEMP VIEW own_turns AS
WITH lasting AS (
    SELECT seq, customer_id, moment, LEAD(moment) OVER same AS next_at, LEAD(seq) OVER same AS next_seq
    FROM placed WHERE demand = 1 WINDOW same AS (PARTITION BY customer_id, category ORDER BY moment, seq)
), events AS (
    SELECT seq, customer_id, moment + delay AS moment, CASE WHEN enters = 1 THEN seq ELSE -1 END AS turn, enters,
           recent, same_day, enters * demand AS reasons
    FROM placed CROSS JOIN (
        VALUES (CAST(0 AS BIGINT), 1, 1e0, 1e0), ($recent, 0, -1e0, 0e0), ($day, 0, 0e0, -1e0)
    ) AS phases (delay, enters, recent, same_day)
    UNION ALL
    SELECT seq, customer_id, LEAST(moment + $memory, COALESCE(next_at, moment + $memory)),
           CASE WHEN next_at < moment + $memory THEN next_seq ELSE -1 END, 0, 0e0, 0e0, -1
    FROM lasting
), sums AS (
    SELECT seq, enters, SUM(recent) OVER w AS recent, SUM(same_day) OVER w AS same_day, SUM(reasons) OVER w AS reasons
    FROM events WINDOW w AS (
        PARTITION BY customer_id ORDER BY moment, turn, enters ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
)
SELECT * FROM sums WHERE enters = 1;

-- One customer's money in its memory, in the currency of the complaint.
CREATE OR REPLACE TEMP VIEW own_money AS
WITH events AS (
    SELECT seq, customer_id, currency, moment + delay AS moment, CASE WHEN enters = 1 THEN seq ELSE -1 END AS turn, enters,
           sign * COALESCE(claimed_part, 0e0) AS claimed_part, sign * COALESCE(paid_part, 0e0) AS paid_part,
           sign * CASE WHEN claimed_part IS NULL THEN 0 ELSE 1 END AS claims,
           sign * CASE WHEN paid_part IS NULL THEN 0 ELSE 1 END AS ends,
           sign * COALESCE(claimed_amount, 0e0) AS claimed, sign * COALESCE(paid_amount, 0e0) AS paid,
           sign * COALESCE(order_amount, 0e0) AS ordered
    FROM placed CROSS JOIN (VALUES (CAST(0 AS BIGINT), 1, 1), ($memory, 0, -1)) AS phases (delay, enters, sign)
), sums AS (
    SELECT seq, enters,
           SUM(claimed_part) OVER w AS claimed_part, SUM(paid_part) OVER w AS paid_part, SUM(claims) OVER w AS claims,
           SUM(ends) OVER w AS ends, SUM(claimed) OVER w AS claimed, SUM(paid) OVER w AS paid, SUM(ordered) OVER w AS ordered
    FROM events WINDOW w AS (
        PARTITION BY customer_id, currency ORDER BY moment, turn, enters ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
)
SELECT * FROM sums WHERE enters = 1;

-- Wordings: how often the customer has used this one before, and how many others have.
CREATE OR REPLACE TEMP VIEW own_wording AS
WITH events AS (
    SELECT seq, customer_id, template, moment + delay AS moment, CASE WHEN enters = 1 THEN seq ELSE -1 END AS turn, enters,
           sign * occasion AS n
    FROM placed CROSS JOIN (
        VALUES (CAST(0 AS BIGINT), 1, 0), ($day, 0, 1), ($memory, 0, -1)
    ) AS phases (delay, enters, sign)
), sums AS (
    SELECT seq, enters, SUM(n) OVER (
        PARTITION BY customer_id, template ORDER BY moment, turn, enters ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS n
    FROM events
)
SELECT seq, n FROM sums WHERE enters = 1;

CREATE OR REPLACE TEMP VIEW campaigns AS
WITH lasting AS (
    SELECT seq, template, moment, LEAD(moment) OVER same AS next_at, LEAD(seq) OVER same AS next_seq
    FROM placed WINDOW same AS (PARTITION BY template, customer_id ORDER BY moment, seq)
), events AS (
    SELECT seq, template, moment, seq AS turn, 1 AS enters FROM lasting
    UNION ALL
    SELECT seq, template, LEAST(moment + $memory, COALESCE(next_at, moment + $memory)),
           CASE WHEN next_at < moment + $memory THEN next_seq ELSE -1 END, 0
    FROM lasting
), sums AS (
    SELECT seq, enters, SUM(2 * enters - 1) OVER (
        PARTITION BY template ORDER BY moment, turn, enters ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS n
    FROM events
)
SELECT seq, n FROM sums WHERE enters = 1;

-- Wordings on one incident in two weeks, those of the customer apart: a campaign of a hundred is one wording.
CREATE OR REPLACE TEMP VIEW incidents AS
WITH lasting AS (
    SELECT seq, incident, customer_id, moment,
           LEAD(moment) OVER every AS next_at, LEAD(seq) OVER every AS next_seq,
           LEAD(moment) OVER own AS own_next_at, LEAD(seq) OVER own AS own_next_seq
    FROM placed WHERE incident IS NOT NULL
    WINDOW every AS (PARTITION BY incident, template ORDER BY moment, seq),
           own AS (PARTITION BY incident, customer_id, template ORDER BY moment, seq)
), events AS (
    SELECT seq, 'every' AS whose, incident, '' AS customer_id, moment, seq AS turn, 1 AS enters FROM lasting
    UNION ALL
    SELECT seq, 'every', incident, '', LEAST(moment + $incident, COALESCE(next_at, moment + $incident)),
           CASE WHEN next_at < moment + $incident THEN next_seq ELSE -1 END, 0
    FROM lasting
    UNION ALL
    SELECT seq, 'own', incident, customer_id, moment, seq, 1 FROM lasting
    UNION ALL
    SELECT seq, 'own', incident, customer_id, LEAST(moment + $incident, COALESCE(own_next_at, moment + $incident)),
           CASE WHEN own_next_at < moment + $incident THEN own_next_seq ELSE -1 END, 0
    FROM lasting
), sums AS (
    SELECT seq, whose, enters, SUM(2 * enters - 1) OVER (
        PARTITION BY whose, incident, customer_id ORDER BY moment, turn, enters
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS n
    FROM events
)
SELECT seq, SUM(CASE WHEN whose = 'every' THEN COALESCE(n, 0) ELSE -COALESCE(n, 0) END) AS n
FROM sums WHERE enters = 1 GROUP BY seq;

CREATE OR REPLACE TEMP VIEW conduct AS
WITH joined AS (
    SELECT
        p.*, s.demand AS peer_demand, s.vague AS peer_vague, s.venting AS peer_venting, s.rejected AS peer_rejected,
        s.claim AS peer_claim, s.size AS peer_size,
        r.rate AS m, r.shape AS a, m.claimed AS peer_claimed, m.paid AS peer_paid, m.weight AS peer_weight,
        COALESCE(c.n, 0) AS n, COALESCE(b.recent, 0) + 1 AS recent, COALESCE(b.same_day, 0) AS same_day,
        COALESCE(b.reasons, 0) + p.demand AS reasons,
        COALESCE(c.demand, 0) + p.demand AS demands, COALESCE(c.vague, 0) + p.vague AS vagues,
        COALESCE(c.venting, 0) + p.venting AS ventings, COALESCE(c.threat, 0) AS threats,
        COALESCE(c.closed, 0) AS all_closed, COALESCE(c.upheld, 0) AS all_upheld, COALESCE(c.rejected, 0) AS all_rejected,
        COALESCE(c.claim, 0) + p.claim AS all_claims, COALESCE(c.told_claim, 0) + p.told_claim AS all_told,
        COALESCE(c.size, 0) + p.size AS all_sizes, COALESCE(c.sized, 0) + p.sized AS all_sized,
        COALESCE(c.reopens, 0) + p.reopens AS reopened, COALESCE(c.threat_paid, 0) AS threat_paid,
        COALESCE(c.told_paid, 0) AS n_paid, COALESCE(c.told_end, 0) AS n_end,
        COALESCE(o.claims, 0) AS claims, COALESCE(o.ends, 0) AS ends, COALESCE(o.claimed_part, 0) AS claimed_sum,
        COALESCE(o.paid_part, 0) AS paid_sum, COALESCE(o.claimed, 0) AS claimed, COALESCE(o.paid, 0) AS paid_money,
        COALESCE(o.ordered, 0) AS ordered, COALESCE(w.n, 0) AS duplicates, COALESCE(g.n, 0) AS others,
        CASE WHEN p.incident IS NOT NULL THEN GREATEST(COALESCE(i.n, 0), 0) END AS reports,
        CASE WHEN p.since IS NOT NULL THEN p.day - LEAST(p.since, p.first_day) END AS tenure
    FROM placed AS p
    JOIN peers_shares AS s ON s.day = p.day
    LEFT JOIN peers_rate AS r ON r.day = p.day AND r.basis = p.rate_basis
    LEFT JOIN peers_money AS m ON m.day = p.day AND m.basis = p.money_basis AND m.currency = p.currency
    LEFT JOIN own_conduct AS c ON c.seq = p.seq
    LEFT JOIN own_turns AS b ON b.seq = p.seq
    LEFT JOIN own_money AS o ON o.seq = p.seq
    LEFT JOIN own_wording AS w ON w.seq = p.seq
    LEFT JOIN campaigns AS g ON g.seq = p.seq
    LEFT JOIN incidents AS i ON i.seq = p.seq
), based AS (  -- what falls into the memory of a customer's orders and money, as if both were spread evenly
    SELECT *,
           CASE WHEN rate_basis = 'orders' THEN orders * in_memory
                WHEN rate_basis = 'tenure' THEN LEAST(tenure, $memory_days) END AS exposure,
           CASE WHEN money_basis = 'spend' THEN spend * in_memory ELSE $unit * claims END AS claimed_base,
           CASE WHEN money_basis = 'spend' THEN spend * in_memory ELSE $unit * ends END AS paid_base,
           COALESCE(peer_weight, 25e-2 * spend) AS weight
    FROM (SELECT *, CASE WHEN tenure > $memory_days THEN 1e0 * $memory_days / tenure ELSE 1e0 END AS in_memory FROM joined)
        AS shares
)
SELECT
    seq,
    CAST(n AS INT) AS earlier_complaints,
    CAST(recent AS INT) AS recent_complaints,
    CAST(all_closed AS INT) AS closed,
    CAST(duplicates AS INT) AS own_duplicates,
    CAST(others AS INT) AS campaign_customers,
    CAST(GREATEST(reasons - 1, 0) AS INT) AS reason_hops,
    ROUND((demands + 2 * peer_demand) / (n + 3), 6) AS demand_share,
    ROUND((vagues + 2 * peer_vague) / (n + 3), 6) AS vague_share,
    ROUND((ventings + 2 * peer_venting) / (n + 3), 6) AS venting_share,
    ROUND((n + a) / (m * exposure + a), 6) AS complaint_rate,
    -- What is nothing stays nothing: who has claimed or obtained no money, or was never rejected, is held responsible for
    -- none of what peers do.
    CASE WHEN claimed_sum > 0
         THEN ROUND((claimed_sum + weight * COALESCE(peer_claimed, 5e-1)) / (claimed_base + weight), 6)
         WHEN claims > 0 THEN 0e0 END
        AS claimed_ratio,
    CASE WHEN paid_sum > 0 THEN ROUND((paid_sum + weight * COALESCE(peer_paid, 25e-2)) / (paid_base + weight), 6)
         WHEN ends > 0 THEN 0e0 END
        AS paid_ratio,
    CASE WHEN all_claims > 0 THEN ROUND((all_claims + 2 * peer_claim) / (all_told + 2), 6)
         WHEN all_told > 0 THEN 0e0 END AS claim_share,
    CASE WHEN all_sized > 0 THEN ROUND((all_sizes / $unit + 2 * peer_size) / (all_sized + 2), 6) END AS usual_claim,
    CASE WHEN all_rejected > 0 THEN ROUND((all_rejected + 2 * peer_rejected) / (all_closed + 2), 6)
         WHEN all_closed > 0 THEN 0e0 END AS rejected_share,
    CAST(CASE WHEN all_closed > 0 THEN all_upheld END AS INT) AS upheld,
    CAST(CASE WHEN n = 0 OR n_paid > 0 THEN threat_paid END AS INT) AS threat_payouts,
    CAST(CASE WHEN n = 0 OR n_end > 0 THEN reopened END AS INT) AS reopened,
    CASE WHEN claimed_amount IS NOT NULL AND order_amount > 0
         THEN ROUND(LEAST(claimed_amount / order_amount, $most_disproportion), 6) END AS disproportion,
    CAST(tenure AS INT) AS tenure_days,
    CAST(reports AS INT) AS incident_reports,
    CAST(demands AS INT) AS demands,
    CAST(threats AS INT) AS threats,
    CAST(all_rejected AS INT) AS rejected,
    CAST(same_day AS INT) AS same_day,
    CAST(CASE WHEN all_told > 0 THEN all_claims END AS INT) AS claims,
    CASE WHEN all_sized > 0 THEN ROUND(all_sizes / $unit / all_sized, 6) END AS mean_claim,
    CAST(orders AS INT) AS orders,
    spend / 100 AS spend,
    CASE WHEN claims > 0 THEN claimed / 100 END AS claimed,
    CASE WHEN ends > 0 THEN paid_money / 100 END AS paid,
    ROUND(CASE WHEN money_basis = 'spend' THEN spend * in_memory WHEN ordered > 0 THEN ordered END / 100, 2) AS ordered,
    CASE WHEN money_basis = 'spend' OR ordered > 0 THEN money_basis END AS money_basis,
    NULLIF(currency, '') AS currency,
    CASE WHEN exposure > 0 THEN ROUND(n / exposure * CASE WHEN rate_basis = 'tenure' THEN 36525e-2 ELSE 1 END, 6) END AS rate,
    ROUND(m * CASE WHEN rate_basis = 'tenure' THEN 36525e-2 ELSE 1 END, 6) AS peer_rate,
    rate_basis
FROM based;
