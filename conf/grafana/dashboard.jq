# Makes the dashboard for Grafana, of the metrics of docs/metrics.md:
#
#     jq -n -f conf/grafana/dashboard.jq > conf/grafana/bookable.json
#
# A row of panels each: what people notice; what the database and the cache do; what it costs.

def target($expr; $legend): {expr: $expr, legendFormat: $legend, datasource: {type: "prometheus", uid: "${datasource}"}};

def panel($title; $unit; $targets): {
    type: "timeseries", title: $title, datasource: {type: "prometheus", uid: "${datasource}"},
    fieldConfig: {defaults: {unit: $unit, min: 0}, overrides: []},
    options: {legend: {displayMode: "list", placement: "bottom"}, tooltip: {mode: "multi"}},
    targets: [$targets | to_entries[] | .value + {refId: ([65 + .key] | implode)}]
};

# Three beside each other, from left to right and from top to bottom.
def placed: to_entries | map(.value + {id: (.key + 1),
    gridPos: {x: (.key % 3 * 8), y: ((.key / 3 | floor) * 8), w: 8, h: 8}});

def all: "instance=~\"$instance\"";

{
    title: "Bookable", uid: "bookable", tags: ["bookable"], timezone: "browser", schemaVersion: 38, version: 1,
    editable: true, refresh: "30s", time: {from: "now-6h", to: "now"},
    templating: {list: [
        {name: "datasource", type: "datasource", query: "prometheus", label: "Prometheus"},
        {name: "instance", type: "query", query: "label_values(bookable_build_info, instance)", refresh: 2,
         multi: true, includeAll: true, datasource: {type: "prometheus", uid: "${datasource}"}}
    ]},
    panels: ([
        panel("Requests"; "reqps"; [target("sum by (service) (rate(bookable_requests_total{\(all)}[5m]))"; "{{service}}")]),
        panel("Share of requests that fail (5xx)"; "percentunit"; [target("sum by (service) (rate(bookable_requests_total{\(all),status=\"5xx\"}[5m])) / sum by (service) (rate(bookable_requests_total{\(all)}[5m]))"; "{{service}}")]),
        panel("Time of the slowest hundredth"; "s"; [target("histogram_quantile(0.99, sum by (service, le) (rate(bookable_request_duration_seconds_bucket{\(all)}[5m])))"; "{{service}}")]),
        panel("Bookings made, and refused"; "reqps"; [
            target("sum(rate(bookable_requests_total{\(all),service=\"booking\",method=\"POST\",status=\"2xx\"}[5m]))"; "made"),
            target("sum by (code) (rate(bookable_errors_total{\(all),service=\"booking\"}[5m]))"; "{{code}}"),
            target("sum(rate(bookable_replays_total{\(all),service=\"booking\"}[5m]))"; "asked again, answered as before"),
            target("sum(rate(bookable_swept_total{\(all)}[5m]))"; "ended, because their time had run out")]),
        panel("Breakers: 0 closed, 1 open, 2 half-open"; "none"; [target("bookable_breaker_state{\(all)}"; "{{instance}} {{breaker}}")]),
        panel("Cache: share that it answers"; "percentunit"; [target("sum by (service) (rate(bookable_cache_events_total{\(all),event=\"hit\"}[5m])) / sum by (service) (rate(bookable_cache_events_total{\(all),event=~\"hit|miss\"}[5m]))"; "{{service}}")]),
        panel("Database connections in use, and waited for"; "none"; [
            target("sum by (pool) (bookable_db_connections_in_use{\(all)})"; "in use: {{pool}}"),
            target("sum by (pool) (bookable_db_connections_waiting{\(all)})"; "waiting: {{pool}}")]),
        panel("Database connections that failed, or came too late"; "none"; [
            target("sum by (pool) (increase(bookable_db_failures_total{\(all)}[5m]))"; "failed: {{pool}}"),
            target("sum by (pool) (increase(bookable_db_timeouts_total{\(all)}[5m]))"; "too late: {{pool}}")]),
        panel("SQLite's write-ahead log"; "bytes"; [target("bookable_db_wal_bytes{\(all)}"; "{{instance}} {{pool}}")]),
        panel("CPU, in cores"; "none"; [target("sum by (instance) (rate(bookable_cpu_seconds_total{\(all)}[5m]))"; "{{instance}}")]),
        panel("Memory"; "bytes"; [target("sum by (instance, kind) (bookable_memory_bytes{\(all)})"; "{{instance}} {{kind}}")]),
        panel("Children of httpd"; "none"; [target("bookable_processes{\(all)}"; "{{instance}}")])
    ] | placed)
}
