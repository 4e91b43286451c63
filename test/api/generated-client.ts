// Made by openapi-typescript from src/api/openapi.json: UPDATE_OPENAPI=1 npx vitest run test/api/openapi.test.ts
// SHA-256 of the document: 89201ed7a722f26a2eb074785e5f9751d9cdcbab0155bcb9859081b1465ba10d
// SHA-256 of what follows: 80c773020aaea254d03f3ab8740d8c90128474ff070fee9061f3088b6c9d53ba
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether this service runs, and whether the daemon answers
         * @description Needs no key.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the settings of this API
         * @description Least role: read.
         */
        get: operations["getApi"];
        /**
         * Replace the settings of this API
         * @description Least role: admin.
         */
        put: operations["replaceApi"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the settings of this API
         * @description A merge patch (RFC 7396): null removes a field, so that it has its default. Least role: admin.
         */
        patch: operations["changeApi"];
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description Any scalar member filters by equality. Least role: admin.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Make an API key
         * @description Least role: admin.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an API key
         * @description Least role: admin.
         */
        get: operations["getApiKey"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description Least role: admin.
         */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who has changed what
         * @description Least role: admin.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth-groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List auth groups
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listAuthGroups"];
        put?: never;
        /**
         * Create an auth group
         * @description Naming what is there already, with the fields that it has, changes nothing and succeeds (200). Least role: admin.
         */
        post: operations["createAuthGroup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth-groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an auth group
         * @description Least role: read.
         */
        get: operations["getAuthGroup"];
        /**
         * Create or replace an auth group
         * @description What the body leaves out has its default afterwards. Least role: admin.
         */
        put: operations["replaceAuthGroup"];
        post?: never;
        /**
         * Delete an auth group
         * @description Refused while something uses it; `uses` says what. Least role: admin.
         */
        delete: operations["deleteAuthGroup"];
        options?: never;
        head?: never;
        /**
         * Change an auth group
         * @description A merge patch (RFC 7396): null removes a field, so that it has its default. Lists are replaced whole. Least role: admin.
         */
        patch: operations["changeAuthGroup"];
        trace?: never;
    };
    "/v1/auth-groups/{id}/chap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List auth group CHAP users
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listAuthGroupChap"];
        put?: never;
        /**
         * Create a CHAP user
         * @description Naming what is there already, with the fields that it has, changes nothing and succeeds (200). Least role: admin.
         */
        post: operations["createAuthGroupChap"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth-groups/{id}/chap/{sub}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a CHAP user
         * @description Least role: read.
         */
        get: operations["getAuthGroupChap"];
        /**
         * Create or replace a CHAP user
         * @description What the body leaves out has its default afterwards. Least role: admin.
         */
        put: operations["replaceAuthGroupChap"];
        post?: never;
        /**
         * Delete a CHAP user
         * @description Refused while something uses it; `uses` says what. Least role: admin.
         */
        delete: operations["deleteAuthGroupChap"];
        options?: never;
        head?: never;
        /**
         * Change a CHAP user
         * @description A merge patch (RFC 7396): null removes a field, so that it has its default. Lists are replaced whole. Least role: admin.
         */
        patch: operations["changeAuthGroupChap"];
        trace?: never;
    };
    "/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List connections
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listConnections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events, or events as they happen
         * @description With `accept: text/event-stream` the answer is a stream: `id` is the sequence, `data` the event. It goes on after `Last-Event-ID`. An event named `missed` stands for n events that are no longer kept: `{"missed": n}`. Least role: read.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why an initiator does or does not see its disks
         * @description Least role: read.
         */
        get: operations["explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/igroups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List igroups
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listIgroups"];
        put?: never;
        /**
         * Create an igroup
         * @description Naming what is there already, with the fields that it has, changes nothing and succeeds (200). Least role: operate.
         */
        post: operations["createIgroup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/igroups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an igroup
         * @description Least role: read.
         */
        get: operations["getIgroup"];
        /**
         * Create or replace an igroup
         * @description What the body leaves out has its default afterwards. Least role: operate.
         */
        put: operations["replaceIgroup"];
        post?: never;
        /**
         * Delete an igroup
         * @description Refused while something uses it; `uses` says what. Least role: operate.
         */
        delete: operations["deleteIgroup"];
        options?: never;
        head?: never;
        /**
         * Change an igroup
         * @description A merge patch (RFC 7396): null removes a field, so that it has its default. Lists are replaced whole. Least role: operate.
         */
        patch: operations["changeIgroup"];
        trace?: never;
    };
    "/v1/igroups/{id}/initiators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List initiators
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listInitiators"];
        put?: never;
        /**
         * Create an initiator
         * @description Naming what is there already, with the fields that it has, changes nothing and succeeds (200). Least role: operate.
         */
        post: operations["createInitiator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/igroups/{id}/initiators/{sub}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an initiator
         * @description Least role: read.
         */
        get: operations["getInitiator"];
        /**
         * Create or replace an initiator
         * @description What the body leaves out has its default afterwards. Least role: operate.
         */
        put: operations["replaceInitiator"];
        post?: never;
        /**
         * Delete an initiator
         * @description Refused while something uses it; `uses` says what. Least role: operate.
         */
        delete: operations["deleteInitiator"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the limits
         * @description Least role: read.
         */
        get: operations["getLimits"];
        /**
         * Replace the limits
         * @description Least role: admin.
         */
        put: operations["replaceLimits"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the limits
         * @description A merge patch (RFC 7396): null removes a field, so that it has its default. Least role: admin.
         */
        patch: operations["changeLimits"];
        trace?: never;
    };
    "/v1/luns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List volumes as hosts see them
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listLuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the settings of the metrics
         * @description Least role: read.
         */
        get: operations["getMetrics"];
        /**
         * Replace the settings of the metrics
         * @description Least role: admin.
         */
        put: operations["replaceMetrics"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the settings of the metrics
         * @description A merge patch (RFC 7396): null removes a field, so that it has its default. Least role: admin.
         */
        patch: operations["changeMetrics"];
        trace?: never;
    };
    "/v1/node": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the node
         * @description Least role: read.
         */
        get: operations["getNode"];
        /**
         * Replace the node
         * @description Least role: admin.
         */
        put: operations["replaceNode"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the node
         * @description A merge patch (RFC 7396): null removes a field, so that it has its default. Least role: admin.
         */
        patch: operations["changeNode"];
        trace?: never;
    };
    "/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document
         * @description Needs no key.
         */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a reload would change
         * @description Least role: read.
         */
        get: operations["getPlan"];
        put?: never;
        /**
         * What another configuration file would change
         * @description Least role: admin.
         */
        post: operations["planText"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/portal-groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List portal groups
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listPortalGroups"];
        put?: never;
        /**
         * Create a portal group
         * @description Naming what is there already, with the fields that it has, changes nothing and succeeds (200). Least role: admin.
         */
        post: operations["createPortalGroup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/portal-groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a portal group
         * @description Least role: read.
         */
        get: operations["getPortalGroup"];
        /**
         * Create or replace a portal group
         * @description What the body leaves out has its default afterwards. Least role: admin.
         */
        put: operations["replacePortalGroup"];
        post?: never;
        /**
         * Delete a portal group
         * @description Refused while something uses it; `uses` says what. Least role: admin.
         */
        delete: operations["deletePortalGroup"];
        options?: never;
        head?: never;
        /**
         * Change a portal group
         * @description A merge patch (RFC 7396): null removes a field, so that it has its default. Lists are replaced whole. Least role: admin.
         */
        patch: operations["changePortalGroup"];
        trace?: never;
    };
    "/v1/portal-groups/{id}/portals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List portals
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listPortals"];
        put?: never;
        /**
         * Create a portal
         * @description Naming what is there already, with the fields that it has, changes nothing and succeeds (200). Least role: admin.
         */
        post: operations["createPortal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/portal-groups/{id}/portals/{sub}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a portal
         * @description Least role: read.
         */
        get: operations["getPortal"];
        /**
         * Create or replace a portal
         * @description What the body leaves out has its default afterwards. Least role: admin.
         */
        put: operations["replacePortal"];
        post?: never;
        /**
         * Delete a portal
         * @description Refused while something uses it; `uses` says what. Least role: admin.
         */
        delete: operations["deletePortal"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Apply the configuration files
         * @description Least role: admin.
         */
        post: operations["reload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List sessions
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{tsih}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a session
         * @description Least role: read.
         */
        get: operations["getSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{tsih}/kick": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a session
         * @description The initiator is asked to log out, and is cut off if it does not. Least role: operate.
         */
        post: operations["kickSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the daemon is
         * @description Least role: read.
         */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/targets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List targets
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listTargets"];
        put?: never;
        /**
         * Create a target
         * @description Naming what is there already, with the fields that it has, changes nothing and succeeds (200). Least role: operate.
         */
        post: operations["createTarget"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/targets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a target
         * @description Least role: read.
         */
        get: operations["getTarget"];
        /**
         * Create or replace a target
         * @description What the body leaves out has its default afterwards. Least role: operate.
         */
        put: operations["replaceTarget"];
        post?: never;
        /**
         * Delete a target
         * @description Refused while something uses it; `uses` says what. Least role: operate.
         */
        delete: operations["deleteTarget"];
        options?: never;
        head?: never;
        /**
         * Change a target
         * @description A merge patch (RFC 7396): null removes a field, so that it has its default. Lists are replaced whole. Least role: operate.
         */
        patch: operations["changeTarget"];
        trace?: never;
    };
    "/v1/targets/{id}/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List target access entries
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listTargetAccess"];
        put?: never;
        /**
         * Create an access entry
         * @description Naming what is there already, with the fields that it has, changes nothing and succeeds (200). Least role: operate.
         */
        post: operations["createTargetAcces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/targets/{id}/access/{sub}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an access entry
         * @description Least role: read.
         */
        get: operations["getTargetAcces"];
        /**
         * Create or replace an access entry
         * @description What the body leaves out has its default afterwards. Least role: operate.
         */
        put: operations["replaceTargetAcces"];
        post?: never;
        /**
         * Delete an access entry
         * @description Refused while something uses it; `uses` says what. Least role: operate.
         */
        delete: operations["deleteTargetAcces"];
        options?: never;
        head?: never;
        /**
         * Change an access entry
         * @description A merge patch (RFC 7396): null removes a field, so that it has its default. Lists are replaced whole. Least role: operate.
         */
        patch: operations["changeTargetAcces"];
        trace?: never;
    };
    "/v1/targets/{id}/luns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List target LUN maps
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listTargetLuns"];
        put?: never;
        /**
         * Create a LUN map
         * @description Naming what is there already, with the fields that it has, changes nothing and succeeds (200). Least role: operate.
         */
        post: operations["createTargetLun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/targets/{id}/luns/{sub}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a LUN map
         * @description Least role: read.
         */
        get: operations["getTargetLun"];
        /**
         * Create or replace a LUN map
         * @description What the body leaves out has its default afterwards. Least role: operate.
         */
        put: operations["replaceTargetLun"];
        post?: never;
        /**
         * Delete a LUN map
         * @description Refused while something uses it; `uses` says what. Least role: operate.
         */
        delete: operations["deleteTargetLun"];
        options?: never;
        head?: never;
        /**
         * Change a LUN map
         * @description A merge patch (RFC 7396): null removes a field, so that it has its default. Lists are replaced whole. Least role: operate.
         */
        patch: operations["changeTargetLun"];
        trace?: never;
    };
    "/v1/targets/{id}/offline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a target away from hosts
         * @description Sets `online` to false; the data stays. Least role: operate.
         */
        post: operations["setTargetOffline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/targets/{id}/online": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a target back to hosts
         * @description Sets `online` to true. Least role: operate.
         */
        post: operations["setTargetOnline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tasks
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a task
         * @description Least role: read.
         */
        get: operations["getTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a task
         * @description Least role: operate.
         */
        post: operations["cancelTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/top": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Counters for rates
         * @description Least role: read.
         */
        get: operations["getTop"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/volumes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List volumes
         * @description Any scalar member filters by equality. Least role: read.
         */
        get: operations["listVolumes"];
        put?: never;
        /**
         * Create a volume
         * @description Naming what is there already, with the fields that it has, changes nothing and succeeds (200). Least role: operate.
         */
        post: operations["createVolume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/volumes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a volume
         * @description Least role: read.
         */
        get: operations["getVolume"];
        /**
         * Create or replace a volume
         * @description What the body leaves out has its default afterwards. Least role: operate.
         */
        put: operations["replaceVolume"];
        post?: never;
        /**
         * Delete a volume
         * @description Refused while something uses it; `uses` says what. Least role: operate.
         */
        delete: operations["deleteVolume"];
        options?: never;
        head?: never;
        /**
         * Change a volume
         * @description A merge patch (RFC 7396): null removes a field, so that it has its default. Lists are replaced whole. Least role: operate.
         */
        patch: operations["changeVolume"];
        trace?: never;
    };
    "/v1/volumes/{id}/offline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a volume away from hosts
         * @description Sets `online` to false; the data stays. Least role: operate.
         */
        post: operations["setVolumeOffline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/volumes/{id}/online": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a volume back to hosts
         * @description Sets `online` to true. Least role: operate.
         */
        post: operations["setVolumeOnline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/volumes/{id}/resize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resize a volume
         * @description Hosts are told of the new size. A smaller one loses what is behind its end, and takes `force`. Least role: operate.
         */
        post: operations["resizeVolume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whose key or certificate this is
         * @description Least role: read.
         */
        get: operations["whoAmI"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The REST service, `lunette api`, and what may be made through it. */
        Api: {
            /** @description Certificates of those who sign client certificates, PEM: a client that shows one needs no API key. Default: API keys only. */
            client_ca?: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            created?: string;
            /** @description Of its last change through the API; 0: never. */
            generation: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            home: "file" | "managed";
            /** @description What the path names it by. */
            id: string;
            /**
             * @description Address of the REST service, or `"off"`.
             * @default 127.0.0.1:9870
             */
            listen: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            place?: string;
            /**
             * @description Serve HTTP without TLS also to other machines; false: on loopback only. API keys then cross the network readable.
             * @default false
             */
            plain_http: boolean;
            /**
             * @description Requests that one client may make each second.
             * @default 50
             */
            requests_per_second: number;
            /** @description Certificate of the service with its chain, PEM. Default: none: HTTP without TLS. */
            tls_cert?: string;
            /** @description Key of that certificate, PEM. */
            tls_key?: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            uuid: string;
            /**
             * @description Folders under which volumes that are made while Lunette runs may lie, the first one by default. `volumes` in `state_dir` always is one of them. Default: `volumes` in `state_dir`.
             * @default []
             */
            volume_folders: string[];
        };
        /** @description What has become of a change. */
        ApiAnswer: {
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["Api"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description The REST service, `lunette api`, and what may be made through it. */
        ApiChange: {
            /** @description Certificates of those who sign client certificates, PEM: a client that shows one needs no API key. Default: API keys only. */
            client_ca?: string | null;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Address of the REST service, or `"off"`. */
            listen?: string | null;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Serve HTTP without TLS also to other machines; false: on loopback only. API keys then cross the network readable. */
            plain_http?: boolean | null;
            /** @description Requests that one client may make each second. */
            requests_per_second?: number | null;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /** @description Certificate of the service with its chain, PEM. Default: none: HTTP without TLS. */
            tls_cert?: string | null;
            /** @description Key of that certificate, PEM. */
            tls_key?: string | null;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
            /** @description Folders under which volumes that are made while Lunette runs may lie, the first one by default. `volumes` in `state_dir` always is one of them. Default: `volumes` in `state_dir`. */
            volume_folders?: string[] | null;
        };
        /** @description A key, or a client certificate that is admitted; its secret is shown once, when it is made. */
        ApiKey: {
            /** @description SHA-256 fingerprint of a client certificate, in hex. */
            certificate?: string;
            /** Format: date-time */
            created: string;
            /** @description The actor that made it. */
            created_by: string;
            /** Format: date-time */
            expires?: string;
            id: string;
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_used?: string;
            name: string;
            prefixes?: components["schemas"]["Prefixes"];
            /** @description One. */
            roles: components["schemas"]["Role"][];
        };
        /** @description A key to be made. */
        ApiKeyCreate: {
            /** @description SHA-256 fingerprint of a client certificate: the key is that certificate, and has no secret. */
            certificate?: string;
            /**
             * Format: date-time
             * @description It is refused from then on.
             */
            expires?: string;
            name: string;
            prefixes?: components["schemas"]["Prefixes"];
            role: components["schemas"]["Role"];
        };
        /** @description The only time that the key is shown. */
        ApiKeyMade: {
            /** @description SHA-256 fingerprint of a client certificate, in hex. */
            certificate?: string;
            /** Format: date-time */
            created: string;
            /** @description The actor that made it. */
            created_by: string;
            /** Format: date-time */
            expires?: string;
            id: string;
            /** @description `lnt_<id>_<secret>`; absent for a certificate. */
            key?: string;
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_used?: string;
            name: string;
            prefixes?: components["schemas"]["Prefixes"];
            /** @description One. */
            roles: components["schemas"]["Role"][];
        };
        /** @description The REST service, `lunette api`, and what may be made through it. */
        ApiReplace: {
            /** @description Certificates of those who sign client certificates, PEM: a client that shows one needs no API key. Default: API keys only. */
            client_ca?: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /**
             * @description Address of the REST service, or `"off"`.
             * @default 127.0.0.1:9870
             */
            listen?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * @description Serve HTTP without TLS also to other machines; false: on loopback only. API keys then cross the network readable.
             * @default false
             */
            plain_http?: boolean;
            /**
             * @description Requests that one client may make each second.
             * @default 50
             */
            requests_per_second?: number;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /** @description Certificate of the service with its chain, PEM. Default: none: HTTP without TLS. */
            tls_cert?: string;
            /** @description Key of that certificate, PEM. */
            tls_key?: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
            /**
             * @description Folders under which volumes that are made while Lunette runs may lie, the first one by default. `volumes` in `state_dir` always is one of them. Default: `volumes` in `state_dir`.
             * @default []
             */
            volume_folders?: string[];
        };
        /** @description A change, or a refused one: who, what, before and after, with secrets masked. */
        AuditEntry: {
            actor: string;
            /** @description The object as it is. */
            after?: unknown;
            /** Format: date-time */
            at: string;
            /** @description The object as it was. */
            before?: unknown;
            /** @description Why it was refused. */
            error?: unknown;
            generation?: number;
            method: string;
            /** @enum {string} */
            outcome: "applied" | "refused";
            path: string;
            /** @description The process at the other end of the control socket. */
            peer?: unknown;
            sequence: number;
        } & {
            [key: string]: unknown;
        };
        /** @description The audit log in commit order. */
        AuditPage: {
            entries: components["schemas"]["AuditEntry"][];
            /** @description The `from` of the next request. */
            next: number;
            oldest: number;
        };
        /** @description Credentials for CHAP. */
        AuthGroup: {
            /**
             * @description Algorithms that are allowed; the first of the initiator's list that is allowed is used.
             * @default [
             *       "sha3-256",
             *       "sha256",
             *       "sha1",
             *       "md5"
             *     ]
             */
            algorithms: ("md5" | "sha1" | "sha256" | "sha3-256")[];
            /** @description One CHAP user. A secret has 12 to 255 bytes and stands in a file with mode 0600, or inline. */
            chap?: components["schemas"]["AuthGroupChap"][];
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            created?: string;
            /** @description Of its last change through the API; 0: never. */
            generation: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            home: "file" | "managed";
            /** @description What the path names it by. */
            id: string;
            /** @description Name that `auth_group` refers to. */
            name: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            place?: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            uuid: string;
        };
        /** @description What has become of a change. */
        AuthGroupAnswer: {
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["AuthGroup"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description Credentials for CHAP. */
        AuthGroupChange: {
            /** @description Algorithms that are allowed; the first of the initiator's list that is allowed is used. */
            algorithms?: ("md5" | "sha1" | "sha256" | "sha3-256")[] | null;
            /** @description One CHAP user. A secret has 12 to 255 bytes and stands in a file with mode 0600, or inline. */
            chap?: components["schemas"]["AuthGroupChapElement"][] | null;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Name that `auth_group` refers to. */
            name?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description One CHAP user. A secret has 12 to 255 bytes and stands in a file with mode 0600, or inline. */
        AuthGroupChap: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            created?: string;
            /** @description Of its last change through the API; 0: never. */
            generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            home?: "file" | "managed";
            /** @description What the path names it by. */
            id?: string;
            /** @description Secret of the target, inline; must differ from every initiator's. Read as "***"; writing that leaves the secret as it is. */
            mutual_secret?: string;
            /** @description File that holds the secret of the target. */
            mutual_secret_file?: string;
            /** @description CHAP_N with which the target proves itself. */
            mutual_user?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            place?: string;
            /** @description Secret of the initiator, inline. Read as "***"; writing that leaves the secret as it is. */
            secret?: string;
            /** @description File that holds the secret; one newline at its end is ignored. */
            secret_file?: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            updated?: string;
            /** @description CHAP_N of the initiator. */
            user: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            uuid?: string;
        };
        /** @description What has become of a change. */
        AuthGroupChapAnswer: {
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["AuthGroupChap"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description One CHAP user. A secret has 12 to 255 bytes and stands in a file with mode 0600, or inline. */
        AuthGroupChapChange: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Secret of the target, inline; must differ from every initiator's. Read as "***"; writing that leaves the secret as it is. */
            mutual_secret?: string | null;
            /** @description File that holds the secret of the target. */
            mutual_secret_file?: string | null;
            /** @description CHAP_N with which the target proves itself. */
            mutual_user?: string | null;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Secret of the initiator, inline. Read as "***"; writing that leaves the secret as it is. */
            secret?: string | null;
            /** @description File that holds the secret; one newline at its end is ignored. */
            secret_file?: string | null;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /** @description CHAP_N of the initiator. */
            user?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description One CHAP user. A secret has 12 to 255 bytes and stands in a file with mode 0600, or inline. */
        AuthGroupChapCreate: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Secret of the target, inline; must differ from every initiator's. Read as "***"; writing that leaves the secret as it is. */
            mutual_secret?: string;
            /** @description File that holds the secret of the target. */
            mutual_secret_file?: string;
            /** @description CHAP_N with which the target proves itself. */
            mutual_user?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Secret of the initiator, inline. Read as "***"; writing that leaves the secret as it is. */
            secret?: string;
            /** @description File that holds the secret; one newline at its end is ignored. */
            secret_file?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /** @description CHAP_N of the initiator. */
            user: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description One CHAP user. A secret has 12 to 255 bytes and stands in a file with mode 0600, or inline. */
        AuthGroupChapElement: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Secret of the target, inline; must differ from every initiator's. Read as "***"; writing that leaves the secret as it is. */
            mutual_secret?: string;
            /** @description File that holds the secret of the target. */
            mutual_secret_file?: string;
            /** @description CHAP_N with which the target proves itself. */
            mutual_user?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Secret of the initiator, inline. Read as "***"; writing that leaves the secret as it is. */
            secret?: string;
            /** @description File that holds the secret; one newline at its end is ignored. */
            secret_file?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /** @description CHAP_N of the initiator. */
            user: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description One CHAP user. A secret has 12 to 255 bytes and stands in a file with mode 0600, or inline. */
        AuthGroupChapReplace: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Secret of the target, inline; must differ from every initiator's. Read as "***"; writing that leaves the secret as it is. */
            mutual_secret?: string;
            /** @description File that holds the secret of the target. */
            mutual_secret_file?: string;
            /** @description CHAP_N with which the target proves itself. */
            mutual_user?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Secret of the initiator, inline. Read as "***"; writing that leaves the secret as it is. */
            secret?: string;
            /** @description File that holds the secret; one newline at its end is ignored. */
            secret_file?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /** @description CHAP_N of the initiator. */
            user?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Credentials for CHAP. */
        AuthGroupCreate: {
            /**
             * @description Algorithms that are allowed; the first of the initiator's list that is allowed is used.
             * @default [
             *       "sha3-256",
             *       "sha256",
             *       "sha1",
             *       "md5"
             *     ]
             */
            algorithms?: ("md5" | "sha1" | "sha256" | "sha3-256")[];
            /** @description One CHAP user. A secret has 12 to 255 bytes and stands in a file with mode 0600, or inline. */
            chap?: components["schemas"]["AuthGroupChapElement"][];
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Name that `auth_group` refers to. */
            name: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Credentials for CHAP. */
        AuthGroupReplace: {
            /**
             * @description Algorithms that are allowed; the first of the initiator's list that is allowed is used.
             * @default [
             *       "sha3-256",
             *       "sha256",
             *       "sha1",
             *       "md5"
             *     ]
             */
            algorithms?: ("md5" | "sha1" | "sha256" | "sha3-256")[];
            /** @description One CHAP user. A secret has 12 to 255 bytes and stands in a file with mode 0600, or inline. */
            chap?: components["schemas"]["AuthGroupChapElement"][];
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Name that `auth_group` refers to. */
            name?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Whose key or client certificate a request came with. */
        Caller: {
            /** @enum {string} */
            kind: "api-key" | "certificate";
            name: string;
            prefixes?: components["schemas"]["Prefixes"];
            role: components["schemas"]["Role"];
        };
        /** @description A TCP connection to a portal, before login as well. */
        Connection: {
            address: string;
            ageSeconds: number;
            /** @description It is not read from: it does not take its answers. */
            held: boolean;
            /** @description Since the last byte from the initiator. */
            idleSeconds: number;
            initiator?: string;
            phase: string;
            portal: string;
            portalGroup: number;
            state: string;
            target?: string;
            tsih?: number;
            /** @description Handed to the socket and not yet taken by the kernel. */
            unsentBytes: number;
        };
        /** @description Something that happened, as PROTOCOL.md of the control socket has it. */
        Event: {
            /** Format: date-time */
            at: string;
            /** @description What is known of whom and what it concerns. */
            details: {
                [key: string]: unknown;
            };
            id: string;
            /** @enum {string} */
            kind: "daemon-started" | "daemon-stopping" | "login-accepted" | "login-refused" | "login-redirected" | "connection-refused" | "session-ended" | "session-lost" | "digest-error" | "volume-online" | "volume-offline" | "volume-closed" | "volume-resized" | "volume-space-threshold" | "volume-data-lost" | "volume-state-lost" | "access-state-changed" | "reservation-preempted" | "configuration-applied" | "configuration-refused" | "api-key-created" | "api-key-revoked";
            /** @description How many more it stands for. */
            repeated?: number;
            /** @description Rises from event to event, restarts included. */
            sequence: number;
            /** @enum {string} */
            severity: "info" | "warning" | "error";
        };
        /** @description Events in their order. */
        EventPage: {
            events: components["schemas"]["Event"][];
            /** @description The `from` of the next request. */
            next: number;
            /** @description Sequence of the oldest event that is kept. */
            oldest: number;
        };
        /** @description What an initiator meets at every target: the verdict, the step at which it ends, the place that says so, and what to do. */
        Explanation: {
            address?: string;
            failures: components["schemas"]["LoginFailure"][];
            initiator: {
                /** @description What would be right, when it is no iSCSI name. */
                fault?: string;
                igroups: {
                    /** @description One chain of igroups that leads to it. */
                    chain: string[];
                    place: components["schemas"]["Place"];
                }[];
                /** @description As it is compared. */
                name: string;
                nearest?: {
                    igroup: string;
                    name: string;
                    place: components["schemas"]["Place"];
                };
                written: string;
            };
            portalGroupTag?: number;
            targets: components["schemas"]["TargetExplanation"][];
        };
        /** @description Initiators, by name and optionally by network; or other igroups, at most three levels deep. */
        Igroup: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            created?: string;
            /** @description Of its last change through the API; 0: never. */
            generation: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            home: "file" | "managed";
            /** @description What the path names it by. */
            id: string;
            /**
             * @description Igroups whose members are members; instead of `initiators`.
             * @default []
             */
            igroups: string[];
            /**
             * @description iSCSI names of the members.
             * @default []
             */
            initiators: string[];
            /** @description Name that `igroup` and `igroups` refer to. */
            name: string;
            /**
             * @description Networks a member must come from: name and address must fit. Default: any address.
             * @default []
             */
            networks: string[];
            /**
             * @description Kind of host. No effect on data; must agree within nested igroups.
             * @enum {string}
             */
            os_type?: "linux" | "windows" | "vmware" | "freebsd" | "xen" | "other";
            /** @description Where it stands in a hand-written file: file:line:column. */
            place?: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            uuid: string;
        };
        /** @description What has become of a change. */
        IgroupAnswer: {
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["Igroup"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description Initiators, by name and optionally by network; or other igroups, at most three levels deep. */
        IgroupChange: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Igroups whose members are members; instead of `initiators`. */
            igroups?: string[] | null;
            /** @description iSCSI names of the members. */
            initiators?: string[] | null;
            /** @description Name that `igroup` and `igroups` refer to. */
            name?: string;
            /** @description Networks a member must come from: name and address must fit. Default: any address. */
            networks?: string[] | null;
            /**
             * @description Kind of host. No effect on data; must agree within nested igroups.
             * @enum {string|null}
             */
            os_type?: "linux" | "windows" | "vmware" | "freebsd" | "xen" | "other" | null;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Initiators, by name and optionally by network; or other igroups, at most three levels deep. */
        IgroupCreate: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /**
             * @description Igroups whose members are members; instead of `initiators`.
             * @default []
             */
            igroups?: string[];
            /**
             * @description iSCSI names of the members.
             * @default []
             */
            initiators?: string[];
            /** @description Name that `igroup` and `igroups` refer to. */
            name: string;
            /**
             * @description Networks a member must come from: name and address must fit. Default: any address.
             * @default []
             */
            networks?: string[];
            /**
             * @description Kind of host. No effect on data; must agree within nested igroups.
             * @enum {string}
             */
            os_type?: "linux" | "windows" | "vmware" | "freebsd" | "xen" | "other";
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Initiators, by name and optionally by network; or other igroups, at most three levels deep. */
        IgroupReplace: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /**
             * @description Igroups whose members are members; instead of `initiators`.
             * @default []
             */
            igroups?: string[];
            /**
             * @description iSCSI names of the members.
             * @default []
             */
            initiators?: string[];
            /** @description Name that `igroup` and `igroups` refer to. */
            name?: string;
            /**
             * @description Networks a member must come from: name and address must fit. Default: any address.
             * @default []
             */
            networks?: string[];
            /**
             * @description Kind of host. No effect on data; must agree within nested igroups.
             * @enum {string}
             */
            os_type?: "linux" | "windows" | "vmware" | "freebsd" | "xen" | "other";
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description iSCSI names of the members. */
        Initiator: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id: string;
            /** @description iSCSI names of the members. */
            initiator: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description What has become of a change. */
        InitiatorAnswer: {
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["Initiator"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description iSCSI names of the members. */
        InitiatorCreate: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description iSCSI names of the members. */
            initiator: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description iSCSI names of the members. */
        InitiatorReplace: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description iSCSI names of the members. */
            initiator?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Bounds. Every one has a default. */
        Limits: {
            /**
             * @description keys of the REST API, expired ones included
             * @default 256
             */
            api_keys: number;
            /**
             * @description data of one WRITE ATOMIC (VPD B0h MAXIMUM ATOMIC TRANSFER LENGTH); each volume that gets one keeps a file of twice this size in `state_dir`
             * @default 1048576
             */
            atomic_write_bytes: number;
            /**
             * @description changes that were made or refused, on disk, in two files that take turns
             * @default 33554432
             */
            audit_log_bytes: number;
            /**
             * @description slab of one reactor: payloads in flight
             * @default 268435456
             */
            buffer_bytes: number;
            /**
             * @description blocks of one COMPARE AND WRITE (VPD B0h)
             * @default 128
             */
            caw_blocks: number;
            /**
             * @description changes of the configuration that are carried out or wait for those before them, reloads among them
             * @default 64
             */
            changes_waiting: number;
            /**
             * @description commands one session may have outstanding (MaxCmdSN - ExpCmdSN + 1)
             * @default 128
             */
            command_window: number;
            /**
             * @description payloads in flight of one connection
             * @default 67108864
             */
            connection_buffer_bytes: number;
            /**
             * @description open connections per reactor, logins included
             * @default 1024
             */
            connections: number;
            /**
             * @description connections that have not finished login, in all; they do not count against `connections`
             * @default 2048
             */
            connections_before_login: number;
            /**
             * @description connections that have not finished login, per source address
             * @default 1536
             */
            connections_before_login_per_address: number;
            /**
             * @description connections to the control socket
             * @default 64
             */
            control_connections: number;
            /**
             * @description of these, connections that follow events; each is sent no more than it reads
             * @default 16
             */
            control_followers: number;
            /**
             * @description body of one control request
             * @default 1048576
             */
            control_request_bytes: number;
            /**
             * @description to send one control request, and longest pause while its answer is read
             * @default 10000
             */
            control_request_ms: number;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            created?: string;
            /**
             * @description a command that waits for Data-Out this long ends its connection
             * @default 60000
             */
            data_out_ms: number;
            /**
             * @description events on disk, in two files that take turns
             * @default 16777216
             */
            event_log_bytes: number;
            /**
             * @description events in memory, and read back at start
             * @default 10000
             */
            events_kept: number;
            /** @description Of its last change through the API; 0: never. */
            generation: number;
            /**
             * @description requests of one session that wait behind a gap in CmdSN
             * @default 4194304
             */
            held_bytes: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            home: "file" | "managed";
            /** @description What the path names it by. */
            id: string;
            /**
             * @description immediate commands one session may have outstanding
             * @default 64
             */
            immediate_tasks: number;
            /**
             * @description text received in one login
             * @default 65536
             */
            login_bytes: number;
            /**
             * @description keys received in one login or text negotiation
             * @default 128
             */
            login_keys: number;
            /**
             * @description login requests of one login, or text requests for one list of keys
             * @default 64
             */
            login_pdus: number;
            /**
             * @description text sent in one login
             * @default 8192
             */
            login_response_bytes: number;
            /**
             * @description from accept to full feature phase
             * @default 15000
             */
            login_time_ms: number;
            /**
             * @description objects made through the CLI or the REST API, and portals, CHAP users, initiators, access entries and LUN maps in them
             * @default 10000
             */
            managed_objects: number;
            /**
             * @description silence after which the target pings
             * @default 15000
             */
            nop_idle_ms: number;
            /**
             * @description silence after a ping that ends the connection
             * @default 15000
             */
            nop_timeout_ms: number;
            /** @description Where it stands in a hand-written file: file:line:column. */
            place?: string;
            /**
             * @description R2Ts outstanding per task (MaxOutstandingR2T)
             * @default 16
             */
            r2t_per_task: number;
            /**
             * @description persistent reservation registrants of one volume
             * @default 256
             */
            registrants: number;
            /**
             * @description backend requests in flight per reactor; more wait their turn
             * @default 1024
             */
            ring_entries: number;
            /**
             * @description what SANITIZE writes and reads per second, so that it leaves the disk to others
             * @default 536870912
             */
            sanitize_bytes_per_second: number;
            /**
             * @description pairs of initiator and target port whose sessions have figures of their own in `/metrics`; of more, the one idle longest makes way, or they are counted together
             * @default 1024
             */
            session_series: number;
            /**
             * @description sessions of one target
             * @default 128
             */
            sessions_per_target: number;
            /**
             * @description drain at SIGTERM
             * @default 5000
             */
            shutdown_ms: number;
            /**
             * @description bytes handed to one socket and not yet taken by the kernel
             * @default 2097152
             */
            socket_write_bytes: number;
            /**
             * @description tasks that have ended and are still told
             * @default 100
             */
            tasks_kept: number;
            /**
             * @description a SendTargets answer, over all its PDUs
             * @default 4194304
             */
            text_response_bytes: number;
            /**
             * @description data of one command (VPD B0h MAXIMUM TRANSFER LENGTH)
             * @default 16777216
             */
            transfer_bytes: number;
            /**
             * @description range of one UNMAP (VPD B0h MAXIMUM UNMAP LBA COUNT)
             * @default 536870912
             */
            unmap_bytes: number;
            /**
             * @description block descriptors of one UNMAP (VPD B0h)
             * @default 256
             */
            unmap_descriptors: number;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            uuid: string;
            /**
             * @description range of one WRITE SAME with data (VPD B0h MAXIMUM WRITE SAME LENGTH)
             * @default 16777216
             */
            write_same_bytes: number;
            /**
             * @description a peer that reads nothing for this long, with answers waiting, is dropped
             * @default 30000
             */
            write_stall_ms: number;
        };
        /** @description What has become of a change. */
        LimitsAnswer: {
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["Limits"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description Bounds. Every one has a default. */
        LimitsChange: {
            /** @description keys of the REST API, expired ones included */
            api_keys?: number | null;
            /**
             * @description data of one WRITE ATOMIC (VPD B0h MAXIMUM ATOMIC TRANSFER LENGTH); each volume that gets one keeps a file of twice this size in `state_dir`
             * @example 10 GiB
             */
            atomic_write_bytes?: number | string | null;
            /**
             * @description changes that were made or refused, on disk, in two files that take turns
             * @example 10 GiB
             */
            audit_log_bytes?: number | string | null;
            /**
             * @description slab of one reactor: payloads in flight
             * @example 10 GiB
             */
            buffer_bytes?: number | string | null;
            /** @description blocks of one COMPARE AND WRITE (VPD B0h) */
            caw_blocks?: number | null;
            /** @description changes of the configuration that are carried out or wait for those before them, reloads among them */
            changes_waiting?: number | null;
            /** @description commands one session may have outstanding (MaxCmdSN - ExpCmdSN + 1) */
            command_window?: number | null;
            /**
             * @description payloads in flight of one connection
             * @example 10 GiB
             */
            connection_buffer_bytes?: number | string | null;
            /** @description open connections per reactor, logins included */
            connections?: number | null;
            /** @description connections that have not finished login, in all; they do not count against `connections` */
            connections_before_login?: number | null;
            /** @description connections that have not finished login, per source address */
            connections_before_login_per_address?: number | null;
            /** @description connections to the control socket */
            control_connections?: number | null;
            /** @description of these, connections that follow events; each is sent no more than it reads */
            control_followers?: number | null;
            /**
             * @description body of one control request
             * @example 10 GiB
             */
            control_request_bytes?: number | string | null;
            /** @description to send one control request, and longest pause while its answer is read */
            control_request_ms?: number | null;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description a command that waits for Data-Out this long ends its connection */
            data_out_ms?: number | null;
            /**
             * @description events on disk, in two files that take turns
             * @example 10 GiB
             */
            event_log_bytes?: number | string | null;
            /** @description events in memory, and read back at start */
            events_kept?: number | null;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description requests of one session that wait behind a gap in CmdSN
             * @example 10 GiB
             */
            held_bytes?: number | string | null;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description immediate commands one session may have outstanding */
            immediate_tasks?: number | null;
            /**
             * @description text received in one login
             * @example 10 GiB
             */
            login_bytes?: number | string | null;
            /** @description keys received in one login or text negotiation */
            login_keys?: number | null;
            /** @description login requests of one login, or text requests for one list of keys */
            login_pdus?: number | null;
            /**
             * @description text sent in one login
             * @example 10 GiB
             */
            login_response_bytes?: number | string | null;
            /** @description from accept to full feature phase */
            login_time_ms?: number | null;
            /** @description objects made through the CLI or the REST API, and portals, CHAP users, initiators, access entries and LUN maps in them */
            managed_objects?: number | null;
            /** @description silence after which the target pings */
            nop_idle_ms?: number | null;
            /** @description silence after a ping that ends the connection */
            nop_timeout_ms?: number | null;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description R2Ts outstanding per task (MaxOutstandingR2T) */
            r2t_per_task?: number | null;
            /** @description persistent reservation registrants of one volume */
            registrants?: number | null;
            /** @description backend requests in flight per reactor; more wait their turn */
            ring_entries?: number | null;
            /**
             * @description what SANITIZE writes and reads per second, so that it leaves the disk to others
             * @example 10 GiB
             */
            sanitize_bytes_per_second?: number | string | null;
            /** @description pairs of initiator and target port whose sessions have figures of their own in `/metrics`; of more, the one idle longest makes way, or they are counted together */
            session_series?: number | null;
            /** @description sessions of one target */
            sessions_per_target?: number | null;
            /** @description drain at SIGTERM */
            shutdown_ms?: number | null;
            /**
             * @description bytes handed to one socket and not yet taken by the kernel
             * @example 10 GiB
             */
            socket_write_bytes?: number | string | null;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /** @description tasks that have ended and are still told */
            tasks_kept?: number | null;
            /**
             * @description a SendTargets answer, over all its PDUs
             * @example 10 GiB
             */
            text_response_bytes?: number | string | null;
            /**
             * @description data of one command (VPD B0h MAXIMUM TRANSFER LENGTH)
             * @example 10 GiB
             */
            transfer_bytes?: number | string | null;
            /**
             * @description range of one UNMAP (VPD B0h MAXIMUM UNMAP LBA COUNT)
             * @example 10 GiB
             */
            unmap_bytes?: number | string | null;
            /** @description block descriptors of one UNMAP (VPD B0h) */
            unmap_descriptors?: number | null;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
            /**
             * @description range of one WRITE SAME with data (VPD B0h MAXIMUM WRITE SAME LENGTH)
             * @example 10 GiB
             */
            write_same_bytes?: number | string | null;
            /** @description a peer that reads nothing for this long, with answers waiting, is dropped */
            write_stall_ms?: number | null;
        };
        /** @description Bounds. Every one has a default. */
        LimitsReplace: {
            /**
             * @description keys of the REST API, expired ones included
             * @default 256
             */
            api_keys?: number;
            /**
             * @description data of one WRITE ATOMIC (VPD B0h MAXIMUM ATOMIC TRANSFER LENGTH); each volume that gets one keeps a file of twice this size in `state_dir`
             * @default 1048576
             * @example 10 GiB
             */
            atomic_write_bytes?: number | string;
            /**
             * @description changes that were made or refused, on disk, in two files that take turns
             * @default 33554432
             * @example 10 GiB
             */
            audit_log_bytes?: number | string;
            /**
             * @description slab of one reactor: payloads in flight
             * @default 268435456
             * @example 10 GiB
             */
            buffer_bytes?: number | string;
            /**
             * @description blocks of one COMPARE AND WRITE (VPD B0h)
             * @default 128
             */
            caw_blocks?: number;
            /**
             * @description changes of the configuration that are carried out or wait for those before them, reloads among them
             * @default 64
             */
            changes_waiting?: number;
            /**
             * @description commands one session may have outstanding (MaxCmdSN - ExpCmdSN + 1)
             * @default 128
             */
            command_window?: number;
            /**
             * @description payloads in flight of one connection
             * @default 67108864
             * @example 10 GiB
             */
            connection_buffer_bytes?: number | string;
            /**
             * @description open connections per reactor, logins included
             * @default 1024
             */
            connections?: number;
            /**
             * @description connections that have not finished login, in all; they do not count against `connections`
             * @default 2048
             */
            connections_before_login?: number;
            /**
             * @description connections that have not finished login, per source address
             * @default 1536
             */
            connections_before_login_per_address?: number;
            /**
             * @description connections to the control socket
             * @default 64
             */
            control_connections?: number;
            /**
             * @description of these, connections that follow events; each is sent no more than it reads
             * @default 16
             */
            control_followers?: number;
            /**
             * @description body of one control request
             * @default 1048576
             * @example 10 GiB
             */
            control_request_bytes?: number | string;
            /**
             * @description to send one control request, and longest pause while its answer is read
             * @default 10000
             */
            control_request_ms?: number;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /**
             * @description a command that waits for Data-Out this long ends its connection
             * @default 60000
             */
            data_out_ms?: number;
            /**
             * @description events on disk, in two files that take turns
             * @default 16777216
             * @example 10 GiB
             */
            event_log_bytes?: number | string;
            /**
             * @description events in memory, and read back at start
             * @default 10000
             */
            events_kept?: number;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description requests of one session that wait behind a gap in CmdSN
             * @default 4194304
             * @example 10 GiB
             */
            held_bytes?: number | string;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /**
             * @description immediate commands one session may have outstanding
             * @default 64
             */
            immediate_tasks?: number;
            /**
             * @description text received in one login
             * @default 65536
             * @example 10 GiB
             */
            login_bytes?: number | string;
            /**
             * @description keys received in one login or text negotiation
             * @default 128
             */
            login_keys?: number;
            /**
             * @description login requests of one login, or text requests for one list of keys
             * @default 64
             */
            login_pdus?: number;
            /**
             * @description text sent in one login
             * @default 8192
             * @example 10 GiB
             */
            login_response_bytes?: number | string;
            /**
             * @description from accept to full feature phase
             * @default 15000
             */
            login_time_ms?: number;
            /**
             * @description objects made through the CLI or the REST API, and portals, CHAP users, initiators, access entries and LUN maps in them
             * @default 10000
             */
            managed_objects?: number;
            /**
             * @description silence after which the target pings
             * @default 15000
             */
            nop_idle_ms?: number;
            /**
             * @description silence after a ping that ends the connection
             * @default 15000
             */
            nop_timeout_ms?: number;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * @description R2Ts outstanding per task (MaxOutstandingR2T)
             * @default 16
             */
            r2t_per_task?: number;
            /**
             * @description persistent reservation registrants of one volume
             * @default 256
             */
            registrants?: number;
            /**
             * @description backend requests in flight per reactor; more wait their turn
             * @default 1024
             */
            ring_entries?: number;
            /**
             * @description what SANITIZE writes and reads per second, so that it leaves the disk to others
             * @default 536870912
             * @example 10 GiB
             */
            sanitize_bytes_per_second?: number | string;
            /**
             * @description pairs of initiator and target port whose sessions have figures of their own in `/metrics`; of more, the one idle longest makes way, or they are counted together
             * @default 1024
             */
            session_series?: number;
            /**
             * @description sessions of one target
             * @default 128
             */
            sessions_per_target?: number;
            /**
             * @description drain at SIGTERM
             * @default 5000
             */
            shutdown_ms?: number;
            /**
             * @description bytes handed to one socket and not yet taken by the kernel
             * @default 2097152
             * @example 10 GiB
             */
            socket_write_bytes?: number | string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * @description tasks that have ended and are still told
             * @default 100
             */
            tasks_kept?: number;
            /**
             * @description a SendTargets answer, over all its PDUs
             * @default 4194304
             * @example 10 GiB
             */
            text_response_bytes?: number | string;
            /**
             * @description data of one command (VPD B0h MAXIMUM TRANSFER LENGTH)
             * @default 16777216
             * @example 10 GiB
             */
            transfer_bytes?: number | string;
            /**
             * @description range of one UNMAP (VPD B0h MAXIMUM UNMAP LBA COUNT)
             * @default 536870912
             * @example 10 GiB
             */
            unmap_bytes?: number | string;
            /**
             * @description block descriptors of one UNMAP (VPD B0h)
             * @default 256
             */
            unmap_descriptors?: number;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
            /**
             * @description range of one WRITE SAME with data (VPD B0h MAXIMUM WRITE SAME LENGTH)
             * @default 16777216
             * @example 10 GiB
             */
            write_same_bytes?: number | string;
            /**
             * @description a peer that reads nothing for this long, with answers waiting, is dropped
             * @default 30000
             */
            write_stall_ms?: number;
        };
        /** @description A login or connection of the initiator that failed lately. */
        LoginFailure: {
            address?: string;
            initiatorName: string;
            /** @enum {string} */
            kind: "authentication" | "digest" | "other";
            reason: string;
            secondsAgo: number;
            targetIqn?: string;
        };
        /** @description A volume as hosts see it, with counters. */
        LunStatus: {
            /** @description By tag of the portal group. */
            accessStates: {
                [key: string]: string;
            };
            blockSize: number;
            counters: components["schemas"]["OperationCounters"];
            /** @description Commands in the task set now. */
            depth: number;
            io: string;
            maps: {
                lun: number;
                readOnly: boolean;
                target: string;
            }[];
            /** @description Whether what it has to remember is there. */
            memory: string;
            /** @description NAA designator in hex: what hosts show as WWN. */
            naa: string;
            /** @description Why it is not online: as configured, or what stands in the way. */
            offline?: string;
            online: boolean;
            path: string;
            place: string;
            readOnly: boolean;
            reservation?: {
                durable: boolean;
                holder?: string;
                registrants: number;
                type: string;
            };
            serial: string;
            sessions: number;
            sizeBytes: number;
            stopped: boolean;
            thin: boolean;
            volume: string;
            writeCache: boolean;
        };
        /** @description Prometheus endpoint. */
        Metrics: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            created?: string;
            /** @description Of its last change through the API; 0: never. */
            generation: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            home: "file" | "managed";
            /** @description What the path names it by. */
            id: string;
            /**
             * @description Address of `/metrics`, or `"off"`.
             * @default 127.0.0.1:9860
             */
            listen: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            place?: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            uuid: string;
        };
        /** @description What has become of a change. */
        MetricsAnswer: {
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["Metrics"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description Prometheus endpoint. */
        MetricsChange: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Address of `/metrics`, or `"off"`. */
            listen?: string | null;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Prometheus endpoint. */
        MetricsReplace: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /**
             * @description Address of `/metrics`, or `"off"`.
             * @default 127.0.0.1:9860
             */
            listen?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description The machine that runs Lunette. */
        Node: {
            /** @description Prefix of targets that are given by a short name: `vm01` becomes `base_iqn:vm01`. */
            base_iqn: string;
            /**
             * @description Unix socket for the command line, mode 0660.
             * @default /run/lunette/control.sock
             */
            control_socket: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            created?: string;
            /** @description Of its last change through the API; 0: never. */
            generation: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            home: "file" | "managed";
            /** @description What the path names it by. */
            id: string;
            /**
             * @description Least level that is logged.
             * @default info
             * @enum {string}
             */
            log_level: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
            /** @description Name of this node in logs and metrics. Default: the host name. */
            name?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            place?: string;
            /**
             * @description Processes that serve connections. This version has one.
             * @default 1
             */
            reactors: number;
            /**
             * @description Folder for what Lunette must remember.
             * @default /var/lib/lunette
             */
            state_dir: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            updated?: string;
            /** @description Identity from which volumes derive their ids. Give it to share the identity between nodes. Default: made once, kept in `state_dir`. */
            uuid: string;
        };
        /** @description What has become of a change. */
        NodeAnswer: {
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["Node"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description The machine that runs Lunette. */
        NodeChange: {
            /** @description Prefix of targets that are given by a short name: `vm01` becomes `base_iqn:vm01`. */
            base_iqn?: string;
            /** @description Unix socket for the command line, mode 0660. */
            control_socket?: string | null;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /**
             * @description Least level that is logged.
             * @enum {string|null}
             */
            log_level?: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | null;
            /** @description Name of this node in logs and metrics. Default: the host name. */
            name?: string | null;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Processes that serve connections. This version has one. */
            reactors?: number | null;
            /** @description Folder for what Lunette must remember. */
            state_dir?: string | null;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /** @description Identity from which volumes derive their ids. Give it to share the identity between nodes. Default: made once, kept in `state_dir`. */
            uuid?: string | null;
        };
        /** @description The machine that runs Lunette. */
        NodeReplace: {
            /** @description Prefix of targets that are given by a short name: `vm01` becomes `base_iqn:vm01`. */
            base_iqn: string;
            /**
             * @description Unix socket for the command line, mode 0660.
             * @default /run/lunette/control.sock
             */
            control_socket?: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /**
             * @description Least level that is logged.
             * @default info
             * @enum {string}
             */
            log_level?: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
            /** @description Name of this node in logs and metrics. Default: the host name. */
            name?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * @description Processes that serve connections. This version has one.
             * @default 1
             */
            reactors?: number;
            /**
             * @description Folder for what Lunette must remember.
             * @default /var/lib/lunette
             */
            state_dir?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /** @description Identity from which volumes derive their ids. Give it to share the identity between nodes. Default: made once, kept in `state_dir`. */
            uuid?: string;
        };
        /** @description What is configured, and how it runs at this moment. */
        NodeStatus: {
            configured: {
                baseIqn: string;
                igroups: number;
                /** @description Address of the Prometheus endpoint. */
                metrics?: string;
                node: string;
                /** @description All of it, by kind and name, without places, ids and secrets. */
                objects: {
                    /** @description By the keys of the file. */
                    fields: {
                        [key: string]: unknown;
                    };
                    kind: string;
                    name: string;
                    /** @description The object that it is a part of. */
                    of?: string;
                    /** @description Of an access entry, among those of its target. */
                    position?: number;
                }[];
                portalGroups: {
                    accessState: string;
                    name: string;
                    portals: string[];
                    tag: number;
                }[];
                targets: number;
                volumes: number;
            };
            running: {
                buffers: {
                    leasedBytes: number;
                    totalBytes: number;
                };
                configFile: string;
                connections: number;
                connectionsLost: number;
                digestErrors: number;
                events: {
                    next: number;
                    oldest: number;
                    /** @description Events that are not on disk because it failed. */
                    unwritten: number;
                };
                /** @description By outcome: "success", "timeout", or the status of RFC 7143 11.13.5. */
                logins: {
                    [key: string]: number;
                };
                pid: number;
                protocolErrors: number;
                ring: {
                    kind: string;
                    outstanding: number;
                };
                sessions: number;
                /** Format: date-time */
                startedAt: string;
                /** @enum {string} */
                state: "starting" | "serving" | "stopping";
                uptimeSeconds: number;
                version: string;
                /** @description They should be online, and can't be. */
                volumesOffline: string[];
                /** @description Offline as configured (online = false). */
                volumesSwitchedOff: string[];
            };
        };
        /** @description Since the daemon has started, by kind of operation. */
        OperationCounters: {
            [key: string]: {
                bytes: number;
                errors: number;
                /** @description Sum over all operations. */
                latencySeconds: number;
                operations: number;
            };
        };
        /** @description Where something stands in a configuration file. */
        Place: {
            column: number;
            file: string;
            line: number;
        };
        /** @description What a change does, object by object, in the order in which it is applied. With a refusal it is not applied at all. */
        Plan: {
            refusals: components["schemas"]["PlanNote"][];
            restarts: components["schemas"]["PlanNote"][];
            steps: {
                /** @enum {string} */
                action: "add" | "change" | "remove";
                /** @description What it does to hosts. */
                effect: string;
                fields: {
                    field: string;
                    /** @description null: not set. */
                    from: unknown;
                    how: string;
                    /** @description null: not set. */
                    to: unknown;
                }[];
                kind: string;
                lun?: number;
                name: string;
                /** @description The target or group that it is a part of. */
                of?: string;
                place?: components["schemas"]["Place"];
                position?: number;
            }[];
        };
        /** @description A plan, the sessions that it touches, and what the files were warned of. */
        PlanAnswer: {
            /** @description The files that were read, the hand-written one first. */
            files?: string[];
            plan: components["schemas"]["Plan"];
            sessions: components["schemas"]["TouchedSession"][];
            warnings?: {
                message: string;
                place: components["schemas"]["Place"];
                severity: string;
            }[];
        } & {
            [key: string]: unknown;
        };
        /** @description A field that is refused, or that waits for a restart. */
        PlanNote: {
            field: string;
            /** @description Whether `force` lets it pass. */
            forcible?: boolean;
            kind: string;
            name: string;
            place?: components["schemas"]["Place"];
            why: string;
        };
        /** @description Addresses to listen on. Without a port: 3260. */
        Portal: {
            /** @description Addresses to listen on. Without a port: 3260. */
            address: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description What has become of a change. */
        PortalAnswer: {
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["Portal"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description Addresses to listen on. Without a port: 3260. */
        PortalCreate: {
            /** @description Addresses to listen on. Without a port: 3260. */
            address: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Addresses that belong together: an initiator that reaches one may use them all. */
        PortalGroup: {
            /**
             * @description Asymmetric access state (ALUA) with which the group starts: hosts with multipath prefer optimized paths. A host may change it for a LUN (SET TARGET PORT GROUPS).
             * @default active/optimized
             * @enum {string}
             */
            access_state: "active/optimized" | "active/non-optimized" | "standby" | "unavailable";
            /**
             * @description Addresses that discovery tells instead, behind NAT or in containers. Default: the portals; for a wildcard, the address that the initiator came to.
             * @default []
             */
            advertise: string[];
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            created?: string;
            /**
             * @description What discovery here tells: the portals of this group, or those of every group that the initiator may use and whose `discovery_auth_group` is the same. All is right where hosts reach every network: one discovery then finds every path.
             * @default group
             * @enum {string}
             */
            discovery: "group" | "all";
            /** @description Auth group that a discovery session has to prove itself against. Default: none asked. */
            discovery_auth_group?: string;
            /** @description Of its last change through the API; 0: never. */
            generation: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            home: "file" | "managed";
            /** @description What the path names it by. */
            id: string;
            /** @description Name in logs and metrics. Default: `group-` and the tag. */
            name?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            place?: string;
            /** @description Addresses to listen on. Without a port: 3260. */
            portals: string[];
            /**
             * @description Tells hosts that this group is the preferred one (PREF of ALUA).
             * @default false
             */
            preferred: boolean;
            redirect?: components["schemas"]["PortalGroupRedirect"];
            status?: components["schemas"]["PortalGroupStatus"];
            /** @description Target portal group tag (RFC 7143 13.9). */
            tag: number;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            uuid: string;
        };
        /** @description What has become of a change. */
        PortalGroupAnswer: {
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["PortalGroup"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description Addresses that belong together: an initiator that reaches one may use them all. */
        PortalGroupChange: {
            /**
             * @description Asymmetric access state (ALUA) with which the group starts: hosts with multipath prefer optimized paths. A host may change it for a LUN (SET TARGET PORT GROUPS).
             * @enum {string|null}
             */
            access_state?: "active/optimized" | "active/non-optimized" | "standby" | "unavailable" | null;
            /** @description Addresses that discovery tells instead, behind NAT or in containers. Default: the portals; for a wildcard, the address that the initiator came to. */
            advertise?: string[] | null;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /**
             * @description What discovery here tells: the portals of this group, or those of every group that the initiator may use and whose `discovery_auth_group` is the same. All is right where hosts reach every network: one discovery then finds every path.
             * @enum {string|null}
             */
            discovery?: "group" | "all" | null;
            /** @description Auth group that a discovery session has to prove itself against. Default: none asked. */
            discovery_auth_group?: string | null;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Name in logs and metrics. Default: `group-` and the tag. */
            name?: string | null;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Addresses to listen on. Without a port: 3260. */
            portals?: string[];
            /** @description Tells hosts that this group is the preferred one (PREF of ALUA). */
            preferred?: boolean | null;
            redirect?: components["schemas"]["PortalGroupRedirectChange"] | null;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /** @description Target portal group tag (RFC 7143 13.9). */
            tag?: number;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Addresses that belong together: an initiator that reaches one may use them all. */
        PortalGroupCreate: {
            /**
             * @description Asymmetric access state (ALUA) with which the group starts: hosts with multipath prefer optimized paths. A host may change it for a LUN (SET TARGET PORT GROUPS).
             * @default active/optimized
             * @enum {string}
             */
            access_state?: "active/optimized" | "active/non-optimized" | "standby" | "unavailable";
            /**
             * @description Addresses that discovery tells instead, behind NAT or in containers. Default: the portals; for a wildcard, the address that the initiator came to.
             * @default []
             */
            advertise?: string[];
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /**
             * @description What discovery here tells: the portals of this group, or those of every group that the initiator may use and whose `discovery_auth_group` is the same. All is right where hosts reach every network: one discovery then finds every path.
             * @default group
             * @enum {string}
             */
            discovery?: "group" | "all";
            /** @description Auth group that a discovery session has to prove itself against. Default: none asked. */
            discovery_auth_group?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Name in logs and metrics. Default: `group-` and the tag. */
            name?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Addresses to listen on. Without a port: 3260. */
            portals: string[];
            /**
             * @description Tells hosts that this group is the preferred one (PREF of ALUA).
             * @default false
             */
            preferred?: boolean;
            redirect?: components["schemas"]["PortalGroupRedirect"];
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /** @description Target portal group tag (RFC 7143 13.9). */
            tag: number;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Sends every initiator that would be admitted to a target here to another address instead, before it proves its name (RFC 7143 11.13.5). Discovery stays. Also written `redirect = { to = "192.0.2.11:3260" }`. */
        PortalGroupRedirect: {
            /**
             * @description The target has moved for good (status 0102h), and initiators may remember that; false: for now (0101h).
             * @default false
             */
            permanent?: boolean;
            /** @description Address of the portal that the initiator is to log in to. Without a port: 3260. */
            to: string;
        };
        /** @description Sends every initiator that would be admitted to a target here to another address instead, before it proves its name (RFC 7143 11.13.5). Discovery stays. Also written `redirect = { to = "192.0.2.11:3260" }`. */
        PortalGroupRedirectChange: {
            /** @description The target has moved for good (status 0102h), and initiators may remember that; false: for now (0101h). */
            permanent?: boolean | null;
            /** @description Address of the portal that the initiator is to log in to. Without a port: 3260. */
            to?: string;
        };
        /** @description Addresses that belong together: an initiator that reaches one may use them all. */
        PortalGroupReplace: {
            /**
             * @description Asymmetric access state (ALUA) with which the group starts: hosts with multipath prefer optimized paths. A host may change it for a LUN (SET TARGET PORT GROUPS).
             * @default active/optimized
             * @enum {string}
             */
            access_state?: "active/optimized" | "active/non-optimized" | "standby" | "unavailable";
            /**
             * @description Addresses that discovery tells instead, behind NAT or in containers. Default: the portals; for a wildcard, the address that the initiator came to.
             * @default []
             */
            advertise?: string[];
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /**
             * @description What discovery here tells: the portals of this group, or those of every group that the initiator may use and whose `discovery_auth_group` is the same. All is right where hosts reach every network: one discovery then finds every path.
             * @default group
             * @enum {string}
             */
            discovery?: "group" | "all";
            /** @description Auth group that a discovery session has to prove itself against. Default: none asked. */
            discovery_auth_group?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Name in logs and metrics. Default: `group-` and the tag. */
            name?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Addresses to listen on. Without a port: 3260. */
            portals: string[];
            /**
             * @description Tells hosts that this group is the preferred one (PREF of ALUA).
             * @default false
             */
            preferred?: boolean;
            redirect?: components["schemas"]["PortalGroupRedirect"];
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /** @description Target portal group tag (RFC 7143 13.9). */
            tag: number;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description The portal group now. */
        PortalGroupStatus: {
            /** @description Sessions through its portals at this moment. */
            sessions: number;
        };
        /** @description Addresses to listen on. Without a port: 3260. */
        PortalReplace: {
            /** @description Addresses to listen on. Without a port: 3260. */
            address?: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Names that a key is held to begin with one of these. */
        Prefixes: {
            igroups?: string[];
            volumes?: string[];
        };
        /** @description A problem document (RFC 9457). `type` never changes its meaning; the texts are for people. */
        Problem: {
            /** @description What to do. */
            advice: string;
            /** @description What is wrong this time. */
            detail: string;
            /** @description Of invalid-object and bad-parameter: every error. */
            errors?: {
                message: string;
                /** @description JSON pointer (RFC 6901) into the body, or into the parameters of the address. */
                pointer?: string;
            }[];
            /** @description Of defined-in-file: where it stands. */
            place?: unknown;
            status: number;
            /** @description The same for every problem of this type. */
            title: string;
            /** @example urn:lunette:problem:changed-meanwhile */
            type: string;
            /** @description Of in-use: the objects that use it. */
            uses?: {
                [key: string]: unknown;
            }[];
        } & {
            [key: string]: unknown;
        };
        /**
         * @description Each has what those before it have.
         * @enum {string}
         */
        Role: "read" | "operate" | "admin";
        /** @description A session of an initiator, with what its login has negotiated. */
        Session: {
            address: string;
            ageSeconds: number;
            alias?: string;
            authentication: {
                algorithm?: string;
                method: string;
                user?: string;
            };
            bytesRead: number;
            /** @description Received. */
            bytesWritten: number;
            commands: number;
            counters: components["schemas"]["OperationCounters"];
            /** @description Commands outstanding now. */
            depth: number;
            initiator: string;
            isid: string;
            luns: {
                lun: number;
                readOnly: boolean;
                volume: string;
            }[];
            /** @description By the names of RFC 7143 section 13. */
            parameters: {
                [key: string]: string | number | boolean;
            };
            portal: string;
            portalGroup: number;
            /** Format: date-time */
            startedAt: string;
            target: string;
            /** @description Target session identifying handle (RFC 7143 11.12.6). */
            tsih: number;
            /** @description How many may be. */
            window: number;
        };
        /** @description What an initiator logs in to. */
        Target: {
            /** @description Who may log in to this target, and how they prove it. Nobody else gets in. */
            access?: components["schemas"]["TargetAccess"][];
            /** @description TargetAlias, for people. */
            alias?: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            created?: string;
            /** @description Of its last change through the API; 0: never. */
            generation: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            home: "file" | "managed";
            /** @description What the path names it by. */
            id: string;
            /** @description iSCSI name in full: `iqn.…`, `eui.…` or `naa.…`. Default: `base_iqn:name`. */
            iqn?: string;
            /** @description Which volume stands behind which number, and for whom. */
            lun?: components["schemas"]["TargetLun"][];
            /** @description Short name: the target is `base_iqn:name`. Give this, or `iqn`, or both. */
            name?: string;
            /**
             * @description false: discovery tells the target, but logins are refused for now (status 0301h), and sessions end.
             * @default true
             */
            online: boolean;
            /** @description Where it stands in a hand-written file: file:line:column. */
            place?: string;
            /** @description Tags of the portal groups it is reachable through. Default: all. */
            portal_groups?: number[];
            redirect?: components["schemas"]["TargetRedirect"];
            status?: components["schemas"]["TargetStatus"];
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            uuid: string;
        };
        /** @description Who may log in to this target, and how they prove it. Nobody else gets in. */
        TargetAccess: {
            /**
             * @description Always written out: there is no default.
             * @enum {string}
             */
            auth: "none" | "chap" | "mutual";
            /** @description Credentials; needed unless `auth = "none"`. */
            auth_group?: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            created?: string;
            /** @description Of its last change through the API; 0: never. */
            generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            home?: "file" | "managed";
            /** @description What the path names it by. */
            id?: string;
            /** @description An igroup, or `"any"`. A named igroup beats `"any"`. */
            igroup: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            place?: string;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            uuid?: string;
        };
        /** @description What has become of a change. */
        TargetAccessAnswer: {
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["TargetAccess"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description Who may log in to this target, and how they prove it. Nobody else gets in. */
        TargetAccessChange: {
            /**
             * @description Always written out: there is no default.
             * @enum {string}
             */
            auth?: "none" | "chap" | "mutual";
            /** @description Credentials; needed unless `auth = "none"`. */
            auth_group?: string | null;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description An igroup, or `"any"`. A named igroup beats `"any"`. */
            igroup?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Who may log in to this target, and how they prove it. Nobody else gets in. */
        TargetAccessCreate: {
            /**
             * @description Always written out: there is no default.
             * @enum {string}
             */
            auth: "none" | "chap" | "mutual";
            /** @description Credentials; needed unless `auth = "none"`. */
            auth_group?: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description An igroup, or `"any"`. A named igroup beats `"any"`. */
            igroup: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Who may log in to this target, and how they prove it. Nobody else gets in. */
        TargetAccessElement: {
            /**
             * @description Always written out: there is no default.
             * @enum {string}
             */
            auth: "none" | "chap" | "mutual";
            /** @description Credentials; needed unless `auth = "none"`. */
            auth_group?: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description An igroup, or `"any"`. A named igroup beats `"any"`. */
            igroup: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description Who may log in to this target, and how they prove it. Nobody else gets in. */
        TargetAccessReplace: {
            /**
             * @description Always written out: there is no default.
             * @enum {string}
             */
            auth: "none" | "chap" | "mutual";
            /** @description Credentials; needed unless `auth = "none"`. */
            auth_group?: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description An igroup, or `"any"`. A named igroup beats `"any"`. */
            igroup?: string;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description What has become of a change. */
        TargetAnswer: {
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["Target"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description What an initiator logs in to. */
        TargetChange: {
            /** @description Who may log in to this target, and how they prove it. Nobody else gets in. */
            access?: components["schemas"]["TargetAccessElement"][] | null;
            /** @description TargetAlias, for people. */
            alias?: string | null;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description iSCSI name in full: `iqn.…`, `eui.…` or `naa.…`. Default: `base_iqn:name`. */
            iqn?: string | null;
            /** @description Which volume stands behind which number, and for whom. */
            lun?: components["schemas"]["TargetLunElement"][] | null;
            /** @description Short name: the target is `base_iqn:name`. Give this, or `iqn`, or both. */
            name?: string | null;
            /** @description false: discovery tells the target, but logins are refused for now (status 0301h), and sessions end. */
            online?: boolean | null;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Tags of the portal groups it is reachable through. Default: all. */
            portal_groups?: number[] | null;
            redirect?: components["schemas"]["TargetRedirectChange"] | null;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description What an initiator logs in to. */
        TargetCreate: {
            /** @description Who may log in to this target, and how they prove it. Nobody else gets in. */
            access?: components["schemas"]["TargetAccessElement"][];
            /** @description TargetAlias, for people. */
            alias?: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description iSCSI name in full: `iqn.…`, `eui.…` or `naa.…`. Default: `base_iqn:name`. */
            iqn?: string;
            /** @description Which volume stands behind which number, and for whom. */
            lun?: components["schemas"]["TargetLunElement"][];
            /** @description Short name: the target is `base_iqn:name`. Give this, or `iqn`, or both. */
            name?: string;
            /**
             * @description false: discovery tells the target, but logins are refused for now (status 0301h), and sessions end.
             * @default true
             */
            online?: boolean;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Tags of the portal groups it is reachable through. Default: all. */
            portal_groups?: number[];
            redirect?: components["schemas"]["TargetRedirect"];
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description The steps of a login at one target. */
        TargetExplanation: {
            authentication?: {
                authGroup?: {
                    algorithms: string[];
                    name: string;
                    place: components["schemas"]["Place"];
                    users: string[];
                };
                /** @enum {string} */
                kind: "none" | "chap" | "mutual";
                place: components["schemas"]["Place"];
            };
            candidates: {
                chosen: boolean;
                igroup: string;
                /** @enum {string} */
                outcome: "holds" | "depends" | "wrong address" | "not listed";
                paths: {
                    [key: string]: unknown;
                }[];
                place: components["schemas"]["Place"];
            }[];
            failures: components["schemas"]["LoginFailure"][];
            hidden: {
                lun: number;
                next: string;
                place: components["schemas"]["Place"];
                volume: string;
                why: string;
            }[];
            iqn: string;
            luns: ({
                lun: number;
                place?: components["schemas"]["Place"];
                via?: string[];
                volume: string;
                volumePlace?: components["schemas"]["Place"];
            } & {
                [key: string]: unknown;
            })[];
            name: string;
            place: components["schemas"]["Place"];
            portalGroups: {
                name: string;
                portals: string[];
                tag: number;
            }[];
            redirects: {
                permanent: boolean;
                place: components["schemas"]["Place"];
                portalGroupTag?: number;
                to: string;
            }[];
            sessions: {
                [key: string]: unknown;
            }[];
            verdict: {
                /** @description What it depends on that was not said. */
                condition?: string;
                detail: string;
                /** @enum {string} */
                kind: "admitted" | "redirected" | "refused";
                /** @description What to do. */
                next?: string;
                place?: components["schemas"]["Place"];
                reason?: string;
                /** @description Of RFC 7143 11.13.5, where the login ends here. */
                status?: string;
                /** @enum {string} */
                step: "portal group" | "candidates" | "target" | "redirect" | "authentication" | "view";
            };
        };
        /** @description Which volume stands behind which number, and for whom. */
        TargetLun: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            created?: string;
            /** @description Of its last change through the API; 0: never. */
            generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            home?: "file" | "managed";
            /** @description What the path names it by. */
            id?: string;
            /**
             * @description Who sees it. Default: every igroup in this target's access.
             * @default []
             */
            igroups: string[];
            /** @description Logical unit number. */
            lun: number;
            /** @description Where it stands in a hand-written file: file:line:column. */
            place?: string;
            /**
             * @description Refuse writes through this map.
             * @default false
             */
            read_only: boolean;
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            uuid?: string;
            /** @description The volume. */
            volume: string;
        };
        /** @description What has become of a change. */
        TargetLunAnswer: {
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["TargetLun"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description Which volume stands behind which number, and for whom. */
        TargetLunChange: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description Who sees it. Default: every igroup in this target's access. */
            igroups?: string[] | null;
            /** @description Logical unit number. */
            lun?: number;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Refuse writes through this map. */
            read_only?: boolean | null;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
            /** @description The volume. */
            volume?: string;
        };
        /** @description Which volume stands behind which number, and for whom. */
        TargetLunCreate: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /**
             * @description Who sees it. Default: every igroup in this target's access.
             * @default []
             */
            igroups?: string[];
            /** @description Logical unit number. */
            lun: number;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * @description Refuse writes through this map.
             * @default false
             */
            read_only?: boolean;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
            /** @description The volume. */
            volume: string;
        };
        /** @description Which volume stands behind which number, and for whom. */
        TargetLunElement: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /**
             * @description Who sees it. Default: every igroup in this target's access.
             * @default []
             */
            igroups?: string[];
            /** @description Logical unit number. */
            lun: number;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * @description Refuse writes through this map.
             * @default false
             */
            read_only?: boolean;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
            /** @description The volume. */
            volume: string;
        };
        /** @description Which volume stands behind which number, and for whom. */
        TargetLunReplace: {
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /**
             * @description Who sees it. Default: every igroup in this target's access.
             * @default []
             */
            igroups?: string[];
            /** @description Logical unit number. */
            lun?: number;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * @description Refuse writes through this map.
             * @default false
             */
            read_only?: boolean;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
            /** @description The volume. */
            volume: string;
        };
        /** @description The same for one target, in whichever portal group. It beats the redirect of a portal group. */
        TargetRedirect: {
            /**
             * @description The target has moved for good (status 0102h), and initiators may remember that; false: for now (0101h).
             * @default false
             */
            permanent?: boolean;
            /** @description Address of the portal that the initiator is to log in to. Without a port: 3260. */
            to: string;
        };
        /** @description The same for one target, in whichever portal group. It beats the redirect of a portal group. */
        TargetRedirectChange: {
            /** @description The target has moved for good (status 0102h), and initiators may remember that; false: for now (0101h). */
            permanent?: boolean | null;
            /** @description Address of the portal that the initiator is to log in to. Without a port: 3260. */
            to?: string;
        };
        /** @description What an initiator logs in to. */
        TargetReplace: {
            /** @description Who may log in to this target, and how they prove it. Nobody else gets in. */
            access?: components["schemas"]["TargetAccessElement"][];
            /** @description TargetAlias, for people. */
            alias?: string;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /** @description iSCSI name in full: `iqn.…`, `eui.…` or `naa.…`. Default: `base_iqn:name`. */
            iqn?: string;
            /** @description Which volume stands behind which number, and for whom. */
            lun?: components["schemas"]["TargetLunElement"][];
            /** @description Short name: the target is `base_iqn:name`. Give this, or `iqn`, or both. */
            name?: string;
            /**
             * @description false: discovery tells the target, but logins are refused for now (status 0301h), and sessions end.
             * @default true
             */
            online?: boolean;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Tags of the portal groups it is reachable through. Default: all. */
            portal_groups?: number[];
            redirect?: components["schemas"]["TargetRedirect"];
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
        };
        /** @description The target now. */
        TargetStatus: {
            /** @description Sessions at this moment. */
            sessions: number;
        };
        /** @description Work that takes longer than a second. */
        Task: {
            actor: string;
            /** @description Bytes. */
            done: number;
            /** Format: date-time */
            ended?: string;
            /** @description Why it failed. */
            error?: unknown;
            id: string;
            /** @description What it does, such as create-volume. */
            kind: string;
            /** Format: date-time */
            started: string;
            /** @enum {string} */
            state: "running" | "succeeded" | "failed" | "cancelled";
            /** @description Bytes. */
            total: number;
            volume?: string;
        };
        /** @description Counters with the time of reading: rates are the difference of two samples. */
        TopSample: {
            /** Format: date-time */
            at: string;
            luns: {
                counters: components["schemas"]["OperationCounters"];
                depth: number;
                volume: string;
            }[];
            /** @description Monotonic: for rates. */
            milliseconds: number;
            sessions: {
                bytesRead: number;
                /** @description Received. */
                bytesWritten: number;
                commands: number;
                counters: components["schemas"]["OperationCounters"];
                depth: number;
                initiator: string;
                target: string;
                tsih: number;
            }[];
        };
        /** @description A live session and what becomes of it; `steps` are positions in the plan. */
        TouchedSession: {
            /** @enum {string} */
            outcome: "nothing" | "unit attention" | "ends";
            session: {
                address: string;
                initiatorName: string;
                portalGroupTag: number;
                targetIqn: string;
            };
            steps: number[];
            why: string;
        };
        /** @description What backs a LUN: one file or block device. */
        Volume: {
            /**
             * @description Bytes of a logical block.
             * @default 512
             * @enum {integer}
             */
            block_size: 512 | 4096;
            /**
             * @description Create a missing file, without or with its space reserved. Default: it must exist.
             * @enum {string}
             */
            create?: "thin" | "thick";
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            created?: string;
            /** @description Of its last change through the API; 0: never. */
            generation: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            home: "file" | "managed";
            /** @description What the path names it by. */
            id: string;
            /**
             * @description Through the page cache, or past it (O_DIRECT).
             * @default buffered
             * @enum {string}
             */
            io: "buffered" | "direct";
            /** @description Name that `volume` refers to; the volume's id derives from it. */
            name: string;
            /**
             * @description false: the file or device is closed, and hosts that see the volume are told that it is offline.
             * @default true
             */
            online: boolean;
            /** @description File, or block device such as `/dev/vg0/vm01`. A path backs one volume only. */
            path: string;
            /**
             * @description Bytes of a physical block: a power of two, at least `block_size`.
             * @default 4096
             */
            physical_block_size: number;
            /** @description Where it stands in a hand-written file: file:line:column. */
            place?: string;
            /**
             * @description Product identification in INQUIRY.
             * @default VIRTUAL-DISK
             */
            product: string;
            /**
             * @description Refuse writes.
             * @default false
             */
            read_only: boolean;
            /**
             * @description Hosts see a removable medium, which they may eject and load, and lock against that.
             * @default false
             */
            removable: boolean;
            /** @description Unit serial number (VPD 80h); unique. Default: derived from `node.uuid` and the name. */
            serial?: string;
            /** @description Size of a file, such as `"10 GiB"`. Default: what the file or device has. */
            size?: number;
            /**
             * @description Hosts of a thin volume are warned (38h/07h) when the filesystem under it has less space left than this part of the volume's size.
             * @default 5
             */
            space_warning_percent: number;
            status?: components["schemas"]["VolumeStatus"];
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            uuid: string;
            /**
             * @description false: every write is durable before its status is sent.
             * @default true
             */
            write_cache: boolean;
        };
        /** @description What has become of a change. */
        VolumeAnswer: {
            /** @description Of a DELETE with `delete_file`: why the file of the volume is still there. Remove it by hand. */
            file_kept?: string;
            /** @description Of the whole configuration, after the change. */
            generation: number;
            object?: components["schemas"]["Volume"];
            plan?: components["schemas"]["Plan"];
            /** @description Those that the change did not leave alone. */
            sessions?: components["schemas"]["TouchedSession"][];
            task?: components["schemas"]["Task"];
        } & {
            [key: string]: unknown;
        };
        /** @description What backs a LUN: one file or block device. */
        VolumeChange: {
            /**
             * @description Bytes of a logical block.
             * @enum {integer|null}
             */
            block_size?: 512 | 4096 | null;
            /**
             * @description Create a missing file, without or with its space reserved. Default: it must exist.
             * @enum {string|null}
             */
            create?: "thin" | "thick" | null;
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /**
             * @description Through the page cache, or past it (O_DIRECT).
             * @enum {string|null}
             */
            io?: "buffered" | "direct" | null;
            /** @description Name that `volume` refers to; the volume's id derives from it. */
            name?: string;
            /** @description false: the file or device is closed, and hosts that see the volume are told that it is offline. */
            online?: boolean | null;
            /** @description File, or block device such as `/dev/vg0/vm01`. A path backs one volume only. */
            path?: string;
            /** @description Bytes of a physical block: a power of two, at least `block_size`. */
            physical_block_size?: number | null;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /** @description Product identification in INQUIRY. */
            product?: string | null;
            /** @description Refuse writes. */
            read_only?: boolean | null;
            /** @description Hosts see a removable medium, which they may eject and load, and lock against that. */
            removable?: boolean | null;
            /** @description Unit serial number (VPD 80h); unique. Default: derived from `node.uuid` and the name. */
            serial?: string | null;
            /**
             * @description Size of a file, such as `"10 GiB"`. Default: what the file or device has.
             * @example 10 GiB
             */
            size?: number | string | null;
            /** @description Hosts of a thin volume are warned (38h/07h) when the filesystem under it has less space left than this part of the volume's size. */
            space_warning_percent?: number | null;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
            /** @description false: every write is durable before its status is sent. */
            write_cache?: boolean | null;
        };
        /** @description What backs a LUN: one file or block device. */
        VolumeCreate: {
            /**
             * @description Bytes of a logical block.
             * @default 512
             * @enum {integer}
             */
            block_size?: 512 | 4096;
            /**
             * @description Create a missing file, without or with its space reserved. Default: it must exist.
             * @enum {string}
             */
            create?: "thin" | "thick";
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /**
             * @description Through the page cache, or past it (O_DIRECT).
             * @default buffered
             * @enum {string}
             */
            io?: "buffered" | "direct";
            /** @description Name that `volume` refers to; the volume's id derives from it. */
            name: string;
            /**
             * @description false: the file or device is closed, and hosts that see the volume are told that it is offline.
             * @default true
             */
            online?: boolean;
            /** @description File, or block device such as `/dev/vg0/vm01`. A path backs one volume only. Without it: the volume's name with `.img` in the first of `api.volume_folders`. */
            path?: string;
            /**
             * @description Bytes of a physical block: a power of two, at least `block_size`.
             * @default 4096
             */
            physical_block_size?: number;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * @description Product identification in INQUIRY.
             * @default VIRTUAL-DISK
             */
            product?: string;
            /**
             * @description Refuse writes.
             * @default false
             */
            read_only?: boolean;
            /**
             * @description Hosts see a removable medium, which they may eject and load, and lock against that.
             * @default false
             */
            removable?: boolean;
            /** @description Unit serial number (VPD 80h); unique. Default: derived from `node.uuid` and the name. */
            serial?: string;
            /**
             * @description Size of a file, such as `"10 GiB"`. Default: what the file or device has.
             * @example 10 GiB
             */
            size?: number | string;
            /**
             * @description Hosts of a thin volume are warned (38h/07h) when the filesystem under it has less space left than this part of the volume's size.
             * @default 5
             */
            space_warning_percent?: number;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
            /**
             * @description false: every write is durable before its status is sent.
             * @default true
             */
            write_cache?: boolean;
        };
        /** @description What backs a LUN: one file or block device. */
        VolumeReplace: {
            /**
             * @description Bytes of a logical block.
             * @default 512
             * @enum {integer}
             */
            block_size?: 512 | 4096;
            /**
             * @description Create a missing file, without or with its space reserved. Default: it must exist.
             * @enum {string}
             */
            create?: "thin" | "thick";
            /**
             * Format: date-time
             * @description When it was made through the API.
             */
            readonly created?: string;
            /** @description Of its last change through the API; 0: never. */
            readonly generation?: number;
            /**
             * @description Whether it stands in a hand-written file, or was made through the API.
             * @enum {string}
             */
            readonly home?: "file" | "managed";
            /** @description What the path names it by. */
            readonly id?: string;
            /**
             * @description Through the page cache, or past it (O_DIRECT).
             * @default buffered
             * @enum {string}
             */
            io?: "buffered" | "direct";
            /** @description Name that `volume` refers to; the volume's id derives from it. */
            name?: string;
            /**
             * @description false: the file or device is closed, and hosts that see the volume are told that it is offline.
             * @default true
             */
            online?: boolean;
            /** @description File, or block device such as `/dev/vg0/vm01`. A path backs one volume only. Without it: the volume's name with `.img` in the first of `api.volume_folders`. */
            path?: string;
            /**
             * @description Bytes of a physical block: a power of two, at least `block_size`.
             * @default 4096
             */
            physical_block_size?: number;
            /** @description Where it stands in a hand-written file: file:line:column. */
            readonly place?: string;
            /**
             * @description Product identification in INQUIRY.
             * @default VIRTUAL-DISK
             */
            product?: string;
            /**
             * @description Refuse writes.
             * @default false
             */
            read_only?: boolean;
            /**
             * @description Hosts see a removable medium, which they may eject and load, and lock against that.
             * @default false
             */
            removable?: boolean;
            /** @description Unit serial number (VPD 80h); unique. Default: derived from `node.uuid` and the name. */
            serial?: string;
            /**
             * @description Size of a file, such as `"10 GiB"`. Default: what the file or device has.
             * @example 10 GiB
             */
            size?: number | string;
            /**
             * @description Hosts of a thin volume are warned (38h/07h) when the filesystem under it has less space left than this part of the volume's size.
             * @default 5
             */
            space_warning_percent?: number;
            /** @description Live facts; not stored. */
            readonly status?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was last changed through the API.
             */
            readonly updated?: string;
            /**
             * Format: uuid
             * @description Stays the same as long as the object lives.
             */
            readonly uuid?: string;
            /**
             * @description false: every write is durable before its status is sent.
             * @default true
             */
            write_cache?: boolean;
        };
        /** @description The volume as hosts see it now, with counters. */
        VolumeStatus: {
            /** @description By tag of the portal group. */
            accessStates: {
                [key: string]: string;
            };
            blockSize: number;
            counters: components["schemas"]["OperationCounters"];
            /** @description Commands in the task set now. */
            depth: number;
            io: string;
            maps: {
                lun: number;
                readOnly: boolean;
                target: string;
            }[];
            /** @description Whether what it has to remember is there. */
            memory: string;
            /** @description NAA designator in hex: what hosts show as WWN. */
            naa: string;
            /** @description Why it is not online: as configured, or what stands in the way. */
            offline?: string;
            online: boolean;
            readOnly: boolean;
            reservation?: {
                durable: boolean;
                holder?: string;
                registrants: number;
                type: string;
            };
            serial: string;
            sessions: number;
            sizeBytes: number;
            stopped: boolean;
            thin: boolean;
            writeCache: boolean;
        };
    };
    responses: {
        /** @description `bad-request`: The request can't be read. `bad-parameter`: A parameter of the address is wrong. `malformed-json`: The body is no JSON object. */
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:bad-request",
                 *       "title": "The request can't be read",
                 *       "status": 400,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "send HTTP/1.1 as /v1/openapi.json describes it"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unauthenticated`: No valid key or certificate. */
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:unauthenticated",
                 *       "title": "No valid key or certificate",
                 *       "status": 401,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "send \"Authorization: Bearer lnt_…\" with a key of \"lunette api-key create\", or a client certificate"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not-permitted`: Not permitted. `path-not-allowed`: Volumes may not lie there. */
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:not-permitted",
                 *       "title": "Not permitted",
                 *       "status": 403,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "use a key with the role that this takes, and with prefixes that cover the object"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unknown-path`: There is nothing at this path. `unknown-object`: There is no such object. */
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:unknown-path",
                 *       "title": "There is nothing at this path",
                 *       "status": 404,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "use a path of this version of Lunette; /v1/openapi.json lists them"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not-acceptable`: No such representation. */
        Problem406: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:not-acceptable",
                 *       "title": "No such representation",
                 *       "status": 406,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "accept application/json; /v1/events has text/event-stream too"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `request-timeout`: The request took too long. */
        Problem408: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:request-timeout",
                 *       "title": "The request took too long",
                 *       "status": 408,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "send the whole request at once"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `reload-refused`: The configuration was not reloaded. `already-exists`: There is an object of this name already. `change-refused`: The change is refused. `in-use`: The object is in use. `defined-in-file`: The object is defined in a hand-written file. */
        Problem409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:reload-refused",
                 *       "title": "The configuration was not reloaded",
                 *       "status": 409,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "nothing has changed; correct the configuration, and see what it would do with lunette plan"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `changed-meanwhile`: The object was changed meanwhile. */
        Problem412: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:changed-meanwhile",
                 *       "title": "The object was changed meanwhile",
                 *       "status": 412,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "read the object again, and decide by what it is now"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `body-too-large`: The body is too large. */
        Problem413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:body-too-large",
                 *       "title": "The body is too large",
                 *       "status": 413,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "send less"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `wrong-content-type`: The body has another content type. */
        Problem415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:wrong-content-type",
                 *       "title": "The body has another content type",
                 *       "status": 415,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "send content-type: application/json; to PATCH, application/merge-patch+json too"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid-configuration`: The configuration can't be used. `invalid-object`: The object is not valid. */
        Problem422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:invalid-configuration",
                 *       "title": "The configuration can't be used",
                 *       "status": 422,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "correct the file (\"lunette check\" shows each line); nothing was changed"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `too-many-requests`: Too many requests. */
        Problem429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:too-many-requests",
                 *       "title": "Too many requests",
                 *       "status": 429,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "wait as long as Retry-After says, or raise api.requests_per_second"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `headers-too-large`: The headers are too large. */
        Problem431: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:headers-too-large",
                 *       "title": "The headers are too large",
                 *       "status": 431,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "send fewer headers"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `internal-error`: A defect of Lunette. `store-failed`: The change could not be stored. */
        Problem500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:internal-error",
                 *       "title": "A defect of Lunette",
                 *       "status": 500,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "the daemon's log has the cause; report it as a defect"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `daemon-unintelligible`: The daemon's answer can't be read. */
        Problem502: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:daemon-unintelligible",
                 *       "title": "The daemon's answer can't be read",
                 *       "status": 502,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "run lunette serve and lunette api of one version"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `daemon-unavailable`: The daemon does not answer. `too-many-connections`: Too many requests at once. `api-keys-unusable`: No API key works. `too-many-changes`: Too many changes wait. `too-many-followers`: Too many clients follow events. */
        Problem503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:daemon-unavailable",
                 *       "title": "The daemon does not answer",
                 *       "status": 503,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "nothing was done; try again. \"systemctl status lunette\" says whether it runs"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `outcome-unknown`: Nobody knows whether it was done. */
        Problem504: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:lunette:problem:outcome-unknown",
                 *       "title": "Nobody knows whether it was done",
                 *       "status": 504,
                 *       "detail": "What is wrong this time.",
                 *       "advice": "the change may have been made: read the object, and see /v1/audit, before asking for it again"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
        "header.if-match": string;
        /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
        "header.if-none-match": string;
        /** @description Name of the volume. */
        "path.id": string;
        /** @description iSCSI name of the target, or its short name. */
        "path.id.23": string;
        /** @description Tag of the portal group. */
        "path.id.27": string;
        /** @description Name of the auth group. */
        "path.id.30": string;
        /** @description Name of the igroup. */
        "path.id.32": string;
        /** @description Id of the task. */
        "path.id.43": string;
        /** @description Name of the key. */
        "path.name": string;
        /** @description Its igroup. */
        "path.sub": string;
        /** @description The number, such as 0; or 0@igroup-a,igroup-b (sorted) when the map names igroups. */
        "path.sub.26": string;
        /** @description Its address, host:port. */
        "path.sub.29": string;
        /** @description Its name. */
        "path.sub.31": string;
        /** @description Its iSCSI name. */
        "path.sub.34": string;
        /** @description TSIH of the session. */
        "path.tsih": string;
        /** @description Only those with this `address`. */
        "query.address": string;
        /** @description Only those with this `ageSeconds`. */
        "query.ageSeconds": number;
        /** @description Only those with this `alias`. */
        "query.alias": string;
        /** @description Only those with this `created`. */
        "query.created": string;
        /** @description `next` of the page before. */
        "query.cursor": string;
        /** @description Only those with this `depth`. */
        "query.depth": number;
        /** @description Changes nothing; the answer has the plan of the change. */
        "query.dry_run": boolean;
        /** @description Lets pass what would lose data, such as a smaller volume. */
        "query.force": boolean;
        /** @description Only those with this `generation`. */
        "query.generation": number;
        /** @description Only those with this `home`. */
        "query.home": string;
        /** @description Only those with this `id`. */
        "query.id": string;
        /** @description Only those with this `initiator`. */
        "query.initiator": string;
        /** @description Only those with this `io`. */
        "query.io": string;
        /** @description Items of one page. */
        "query.limit": number;
        /** @description Only those with this `name`. */
        "query.name": string;
        /** @description Only those with this `online`. */
        "query.online": boolean;
        /** @description Only those with this `path`. */
        "query.path": string;
        /** @description Only those with this `place`. */
        "query.place": string;
        /** @description Only those with this `portal`. */
        "query.portal": string;
        /** @description Only those with this `portalGroup`. */
        "query.portalGroup": number;
        /** @description Only those with this `read_only`. */
        "query.read_only": boolean;
        /** @description Only those with this `serial`. */
        "query.serial": string;
        /**
         * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
         * @example -generation,id
         */
        "query.sort": string;
        /** @description Only those with this `state`. */
        "query.state": string;
        /** @description Only those with this `status.sessions`. */
        "query.status.sessions": number;
        /** @description Only those with this `target`. */
        "query.target": string;
        /** @description Only those with this `tsih`. */
        "query.tsih": number;
        /** @description Only those with this `updated`. */
        "query.updated": string;
        /** @description Only those with this `uuid`. */
        "query.uuid": string;
        /** @description Only those with this `volume`. */
        "query.volume": string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This service runs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        daemon: "available" | "unavailable";
                    };
                };
            };
            400: components["responses"]["Problem400"];
            408: components["responses"]["Problem408"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
        };
    };
    getApi: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Api"];
                };
            };
            /** @description They still have the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replaceApi: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiReplace"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    changeApi: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiChange"];
                "application/merge-patch+json": components["schemas"]["ApiChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description Only those with this `certificate`. */
                certificate?: string;
                /** @description Only those with this `created`. */
                created?: components["parameters"]["query.created"];
                /** @description Only those with this `created_by`. */
                created_by?: string;
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `expires`. */
                expires?: string;
                /** @description Only those with this `id`. */
                id?: components["parameters"]["query.id"];
                /** @description Only those with this `last_used`. */
                last_used?: string;
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `name`. */
                name?: components["parameters"]["query.name"];
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyCreate"];
            };
        };
        responses: {
            /** @description Made. This is the only time that the key is shown. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyMade"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the key. */
                name: components["parameters"]["path.name"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, without its secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the key. */
                name: components["parameters"]["path.name"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, without its secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description Sequence of the first that is wanted; without it: the newest. */
                from?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Changes and refused ones, in commit order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    listAuthGroups: {
        parameters: {
            query?: {
                /** @description Only those with this `created`. */
                created?: components["parameters"]["query.created"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `generation`. */
                generation?: components["parameters"]["query.generation"];
                /** @description Only those with this `home`. */
                home?: components["parameters"]["query.home"];
                /** @description Only those with this `id`. */
                id?: components["parameters"]["query.id"];
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `name`. */
                name?: components["parameters"]["query.name"];
                /** @description Only those with this `place`. */
                place?: components["parameters"]["query.place"];
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `updated`. */
                updated?: components["parameters"]["query.updated"];
                /** @description Only those with this `uuid`. */
                uuid?: components["parameters"]["query.uuid"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuthGroup"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    createAuthGroup: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthGroupCreate"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getAuthGroup: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the auth group. */
                id: components["parameters"]["path.id.30"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The object. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroup"];
                };
            };
            /** @description It still has the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replaceAuthGroup: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the auth group. */
                id: components["parameters"]["path.id.30"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthGroupReplace"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    deleteAuthGroup: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description Name of the auth group. */
                id: components["parameters"]["path.id.30"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    changeAuthGroup: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the auth group. */
                id: components["parameters"]["path.id.30"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthGroupChange"];
                "application/merge-patch+json": components["schemas"]["AuthGroupChange"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    listAuthGroupChap: {
        parameters: {
            query?: {
                /** @description Only those with this `created`. */
                created?: components["parameters"]["query.created"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `generation`. */
                generation?: components["parameters"]["query.generation"];
                /** @description Only those with this `home`. */
                home?: components["parameters"]["query.home"];
                /** @description Only those with this `id`. */
                id?: components["parameters"]["query.id"];
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `mutual_secret`. */
                mutual_secret?: string;
                /** @description Only those with this `mutual_secret_file`. */
                mutual_secret_file?: string;
                /** @description Only those with this `mutual_user`. */
                mutual_user?: string;
                /** @description Only those with this `place`. */
                place?: components["parameters"]["query.place"];
                /** @description Only those with this `secret`. */
                secret?: string;
                /** @description Only those with this `secret_file`. */
                secret_file?: string;
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `updated`. */
                updated?: components["parameters"]["query.updated"];
                /** @description Only those with this `user`. */
                user?: string;
                /** @description Only those with this `uuid`. */
                uuid?: components["parameters"]["query.uuid"];
            };
            header?: never;
            path: {
                /** @description Name of the auth group. */
                id: components["parameters"]["path.id.30"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuthGroupChap"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    createAuthGroupChap: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the auth group. */
                id: components["parameters"]["path.id.30"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthGroupChapCreate"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupChapAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupChapAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupChapAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getAuthGroupChap: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the auth group. */
                id: components["parameters"]["path.id.30"];
                /** @description Its name. */
                sub: components["parameters"]["path.sub.31"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The object. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupChap"];
                };
            };
            /** @description It still has the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replaceAuthGroupChap: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the auth group. */
                id: components["parameters"]["path.id.30"];
                /** @description Its name. */
                sub: components["parameters"]["path.sub.31"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthGroupChapReplace"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupChapAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupChapAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupChapAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    deleteAuthGroupChap: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description Name of the auth group. */
                id: components["parameters"]["path.id.30"];
                /** @description Its name. */
                sub: components["parameters"]["path.sub.31"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupChapAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupChapAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    changeAuthGroupChap: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the auth group. */
                id: components["parameters"]["path.id.30"];
                /** @description Its name. */
                sub: components["parameters"]["path.sub.31"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthGroupChapChange"];
                "application/merge-patch+json": components["schemas"]["AuthGroupChapChange"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupChapAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthGroupChapAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    listConnections: {
        parameters: {
            query?: {
                /** @description Only those with this `address`. */
                address?: components["parameters"]["query.address"];
                /** @description Only those with this `ageSeconds`. */
                ageSeconds?: components["parameters"]["query.ageSeconds"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `held`. */
                held?: boolean;
                /** @description Only those with this `idleSeconds`. */
                idleSeconds?: number;
                /** @description Only those with this `initiator`. */
                initiator?: components["parameters"]["query.initiator"];
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `phase`. */
                phase?: string;
                /** @description Only those with this `portal`. */
                portal?: components["parameters"]["query.portal"];
                /** @description Only those with this `portalGroup`. */
                portalGroup?: components["parameters"]["query.portalGroup"];
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `state`. */
                state?: components["parameters"]["query.state"];
                /** @description Only those with this `target`. */
                target?: components["parameters"]["query.target"];
                /** @description Only those with this `tsih`. */
                tsih?: components["parameters"]["query.tsih"];
                /** @description Only those with this `unsentBytes`. */
                unsentBytes?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Connection"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Sequence of the first event that is wanted. Without it: the newest ones, or, in a stream, those that happen from now on. */
                from?: number;
                /** @description Not in a stream. */
                limit?: number;
            };
            header?: {
                /** @description Sequence of the last event that was seen. */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page, or a stream. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            406: components["responses"]["Problem406"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    explain: {
        parameters: {
            query: {
                /** @description IP address that it comes from. */
                address?: string;
                /** @description iSCSI name of the initiator. */
                initiator: string;
                /** @description Tag of the portal group that it connects to. */
                portal_group?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The steps of its login at every target. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    listIgroups: {
        parameters: {
            query?: {
                /** @description Only those with this `created`. */
                created?: components["parameters"]["query.created"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `generation`. */
                generation?: components["parameters"]["query.generation"];
                /** @description Only those with this `home`. */
                home?: components["parameters"]["query.home"];
                /** @description Only those with this `id`. */
                id?: components["parameters"]["query.id"];
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `name`. */
                name?: components["parameters"]["query.name"];
                /** @description Only those with this `os_type`. */
                os_type?: string;
                /** @description Only those with this `place`. */
                place?: components["parameters"]["query.place"];
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `updated`. */
                updated?: components["parameters"]["query.updated"];
                /** @description Only those with this `uuid`. */
                uuid?: components["parameters"]["query.uuid"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Igroup"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    createIgroup: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IgroupCreate"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IgroupAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IgroupAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IgroupAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getIgroup: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the igroup. */
                id: components["parameters"]["path.id.32"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The object. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Igroup"];
                };
            };
            /** @description It still has the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replaceIgroup: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the igroup. */
                id: components["parameters"]["path.id.32"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IgroupReplace"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IgroupAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IgroupAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IgroupAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    deleteIgroup: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description Name of the igroup. */
                id: components["parameters"]["path.id.32"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IgroupAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IgroupAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    changeIgroup: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the igroup. */
                id: components["parameters"]["path.id.32"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IgroupChange"];
                "application/merge-patch+json": components["schemas"]["IgroupChange"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IgroupAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IgroupAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    listInitiators: {
        parameters: {
            query?: {
                /** @description Only those with this `created`. */
                created?: components["parameters"]["query.created"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `generation`. */
                generation?: components["parameters"]["query.generation"];
                /** @description Only those with this `home`. */
                home?: components["parameters"]["query.home"];
                /** @description Only those with this `id`. */
                id?: components["parameters"]["query.id"];
                /** @description Only those with this `initiator`. */
                initiator?: components["parameters"]["query.initiator"];
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `place`. */
                place?: components["parameters"]["query.place"];
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `updated`. */
                updated?: components["parameters"]["query.updated"];
                /** @description Only those with this `uuid`. */
                uuid?: components["parameters"]["query.uuid"];
            };
            header?: never;
            path: {
                /** @description Name of the igroup. */
                id: components["parameters"]["path.id.32"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Initiator"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    createInitiator: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the igroup. */
                id: components["parameters"]["path.id.32"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InitiatorCreate"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InitiatorAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InitiatorAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InitiatorAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getInitiator: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the igroup. */
                id: components["parameters"]["path.id.32"];
                /** @description Its iSCSI name. */
                sub: components["parameters"]["path.sub.34"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The object. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Initiator"];
                };
            };
            /** @description It still has the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replaceInitiator: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the igroup. */
                id: components["parameters"]["path.id.32"];
                /** @description Its iSCSI name. */
                sub: components["parameters"]["path.sub.34"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InitiatorReplace"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InitiatorAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InitiatorAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InitiatorAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    deleteInitiator: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description Name of the igroup. */
                id: components["parameters"]["path.id.32"];
                /** @description Its iSCSI name. */
                sub: components["parameters"]["path.sub.34"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InitiatorAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InitiatorAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getLimits: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Limits"];
                };
            };
            /** @description They still have the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replaceLimits: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LimitsReplace"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LimitsAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    changeLimits: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LimitsChange"];
                "application/merge-patch+json": components["schemas"]["LimitsChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LimitsAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    listLuns: {
        parameters: {
            query?: {
                /** @description Only those with this `blockSize`. */
                blockSize?: number;
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `depth`. */
                depth?: components["parameters"]["query.depth"];
                /** @description Only those with this `io`. */
                io?: components["parameters"]["query.io"];
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `memory`. */
                memory?: string;
                /** @description Only those with this `naa`. */
                naa?: string;
                /** @description Only those with this `offline`. */
                offline?: string;
                /** @description Only those with this `online`. */
                online?: components["parameters"]["query.online"];
                /** @description Only those with this `path`. */
                path?: components["parameters"]["query.path"];
                /** @description Only those with this `place`. */
                place?: components["parameters"]["query.place"];
                /** @description Only those with this `readOnly`. */
                readOnly?: boolean;
                /** @description Only those with this `serial`. */
                serial?: components["parameters"]["query.serial"];
                /** @description Only those with this `sessions`. */
                sessions?: number;
                /** @description Only those with this `sizeBytes`. */
                sizeBytes?: number;
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `stopped`. */
                stopped?: boolean;
                /** @description Only those with this `thin`. */
                thin?: boolean;
                /** @description Only those with this `volume`. */
                volume?: components["parameters"]["query.volume"];
                /** @description Only those with this `writeCache`. */
                writeCache?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LunStatus"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Metrics"];
                };
            };
            /** @description They still have the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replaceMetrics: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MetricsReplace"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricsAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    changeMetrics: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MetricsChange"];
                "application/merge-patch+json": components["schemas"]["MetricsChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricsAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getNode: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Node"];
                };
            };
            /** @description They still have the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replaceNode: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NodeReplace"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    changeNode: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NodeChange"];
                "application/merge-patch+json": components["schemas"]["NodeChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            408: components["responses"]["Problem408"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
        };
    };
    getPlan: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing has changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    planText: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Name of the file, for messages and for what the text names relative to it. */
                    file: string;
                    /** @description Its contents, TOML. */
                    text: string;
                };
            };
        };
        responses: {
            /** @description Nothing has changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    listPortalGroups: {
        parameters: {
            query?: {
                /** @description Only those with this `access_state`. */
                access_state?: string;
                /** @description Only those with this `created`. */
                created?: components["parameters"]["query.created"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `discovery`. */
                discovery?: string;
                /** @description Only those with this `discovery_auth_group`. */
                discovery_auth_group?: string;
                /** @description Only those with this `generation`. */
                generation?: components["parameters"]["query.generation"];
                /** @description Only those with this `home`. */
                home?: components["parameters"]["query.home"];
                /** @description Only those with this `id`. */
                id?: components["parameters"]["query.id"];
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `name`. */
                name?: components["parameters"]["query.name"];
                /** @description Only those with this `place`. */
                place?: components["parameters"]["query.place"];
                /** @description Only those with this `preferred`. */
                preferred?: boolean;
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `status.sessions`. */
                "status.sessions"?: components["parameters"]["query.status.sessions"];
                /** @description Only those with this `tag`. */
                tag?: number;
                /** @description Only those with this `updated`. */
                updated?: components["parameters"]["query.updated"];
                /** @description Only those with this `uuid`. */
                uuid?: components["parameters"]["query.uuid"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PortalGroup"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    createPortalGroup: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PortalGroupCreate"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalGroupAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalGroupAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalGroupAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getPortalGroup: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Tag of the portal group. */
                id: components["parameters"]["path.id.27"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The object. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalGroup"];
                };
            };
            /** @description It still has the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replacePortalGroup: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Tag of the portal group. */
                id: components["parameters"]["path.id.27"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PortalGroupReplace"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalGroupAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalGroupAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalGroupAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    deletePortalGroup: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description Tag of the portal group. */
                id: components["parameters"]["path.id.27"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalGroupAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalGroupAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    changePortalGroup: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Tag of the portal group. */
                id: components["parameters"]["path.id.27"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PortalGroupChange"];
                "application/merge-patch+json": components["schemas"]["PortalGroupChange"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalGroupAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalGroupAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    listPortals: {
        parameters: {
            query?: {
                /** @description Only those with this `address`. */
                address?: components["parameters"]["query.address"];
                /** @description Only those with this `created`. */
                created?: components["parameters"]["query.created"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `generation`. */
                generation?: components["parameters"]["query.generation"];
                /** @description Only those with this `home`. */
                home?: components["parameters"]["query.home"];
                /** @description Only those with this `id`. */
                id?: components["parameters"]["query.id"];
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `place`. */
                place?: components["parameters"]["query.place"];
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `updated`. */
                updated?: components["parameters"]["query.updated"];
                /** @description Only those with this `uuid`. */
                uuid?: components["parameters"]["query.uuid"];
            };
            header?: never;
            path: {
                /** @description Tag of the portal group. */
                id: components["parameters"]["path.id.27"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Portal"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    createPortal: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Tag of the portal group. */
                id: components["parameters"]["path.id.27"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PortalCreate"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getPortal: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Tag of the portal group. */
                id: components["parameters"]["path.id.27"];
                /** @description Its address, host:port. */
                sub: components["parameters"]["path.sub.29"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The object. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Portal"];
                };
            };
            /** @description It still has the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replacePortal: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Tag of the portal group. */
                id: components["parameters"]["path.id.27"];
                /** @description Its address, host:port. */
                sub: components["parameters"]["path.sub.29"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PortalReplace"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    deletePortal: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description Tag of the portal group. */
                id: components["parameters"]["path.id.27"];
                /** @description Its address, host:port. */
                sub: components["parameters"]["path.sub.29"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    reload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Lets pass what would lose data. */
                    force?: boolean;
                };
            };
        };
        responses: {
            /** @description Applied. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description Only those with this `address`. */
                address?: components["parameters"]["query.address"];
                /** @description Only those with this `ageSeconds`. */
                ageSeconds?: components["parameters"]["query.ageSeconds"];
                /** @description Only those with this `alias`. */
                alias?: components["parameters"]["query.alias"];
                /** @description Only those with this `bytesRead`. */
                bytesRead?: number;
                /** @description Only those with this `bytesWritten`. */
                bytesWritten?: number;
                /** @description Only those with this `commands`. */
                commands?: number;
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `depth`. */
                depth?: components["parameters"]["query.depth"];
                /** @description Only those with this `initiator`. */
                initiator?: components["parameters"]["query.initiator"];
                /** @description Only those with this `isid`. */
                isid?: string;
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `portal`. */
                portal?: components["parameters"]["query.portal"];
                /** @description Only those with this `portalGroup`. */
                portalGroup?: components["parameters"]["query.portalGroup"];
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `startedAt`. */
                startedAt?: string;
                /** @description Only those with this `target`. */
                target?: components["parameters"]["query.target"];
                /** @description Only those with this `tsih`. */
                tsih?: components["parameters"]["query.tsih"];
                /** @description Only those with this `window`. */
                window?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Session"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description TSIH of the session. */
                tsih: components["parameters"]["path.tsih"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    kickSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description TSIH of the session. */
                tsih: components["parameters"]["path.tsih"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description For the event log. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description It was asked to. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        session: components["schemas"]["Session"];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At this moment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeStatus"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    listTargets: {
        parameters: {
            query?: {
                /** @description Only those with this `alias`. */
                alias?: components["parameters"]["query.alias"];
                /** @description Only those with this `created`. */
                created?: components["parameters"]["query.created"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `generation`. */
                generation?: components["parameters"]["query.generation"];
                /** @description Only those with this `home`. */
                home?: components["parameters"]["query.home"];
                /** @description Only those with this `id`. */
                id?: components["parameters"]["query.id"];
                /** @description Only those with this `iqn`. */
                iqn?: string;
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `name`. */
                name?: components["parameters"]["query.name"];
                /** @description Only those with this `online`. */
                online?: components["parameters"]["query.online"];
                /** @description Only those with this `place`. */
                place?: components["parameters"]["query.place"];
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `status.sessions`. */
                "status.sessions"?: components["parameters"]["query.status.sessions"];
                /** @description Only those with this `updated`. */
                updated?: components["parameters"]["query.updated"];
                /** @description Only those with this `uuid`. */
                uuid?: components["parameters"]["query.uuid"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Target"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    createTarget: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TargetCreate"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getTarget: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The object. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Target"];
                };
            };
            /** @description It still has the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replaceTarget: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TargetReplace"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    deleteTarget: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    changeTarget: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TargetChange"];
                "application/merge-patch+json": components["schemas"]["TargetChange"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    listTargetAccess: {
        parameters: {
            query?: {
                /** @description Only those with this `auth`. */
                auth?: string;
                /** @description Only those with this `auth_group`. */
                auth_group?: string;
                /** @description Only those with this `created`. */
                created?: components["parameters"]["query.created"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `generation`. */
                generation?: components["parameters"]["query.generation"];
                /** @description Only those with this `home`. */
                home?: components["parameters"]["query.home"];
                /** @description Only those with this `id`. */
                id?: components["parameters"]["query.id"];
                /** @description Only those with this `igroup`. */
                igroup?: string;
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `place`. */
                place?: components["parameters"]["query.place"];
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `updated`. */
                updated?: components["parameters"]["query.updated"];
                /** @description Only those with this `uuid`. */
                uuid?: components["parameters"]["query.uuid"];
            };
            header?: never;
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TargetAccess"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    createTargetAcces: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TargetAccessCreate"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAccessAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAccessAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAccessAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getTargetAcces: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
                /** @description Its igroup. */
                sub: components["parameters"]["path.sub"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The object. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAccess"];
                };
            };
            /** @description It still has the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replaceTargetAcces: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
                /** @description Its igroup. */
                sub: components["parameters"]["path.sub"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TargetAccessReplace"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAccessAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAccessAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAccessAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    deleteTargetAcces: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
                /** @description Its igroup. */
                sub: components["parameters"]["path.sub"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAccessAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAccessAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    changeTargetAcces: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
                /** @description Its igroup. */
                sub: components["parameters"]["path.sub"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TargetAccessChange"];
                "application/merge-patch+json": components["schemas"]["TargetAccessChange"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAccessAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAccessAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    listTargetLuns: {
        parameters: {
            query?: {
                /** @description Only those with this `created`. */
                created?: components["parameters"]["query.created"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `generation`. */
                generation?: components["parameters"]["query.generation"];
                /** @description Only those with this `home`. */
                home?: components["parameters"]["query.home"];
                /** @description Only those with this `id`. */
                id?: components["parameters"]["query.id"];
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `lun`. */
                lun?: number;
                /** @description Only those with this `place`. */
                place?: components["parameters"]["query.place"];
                /** @description Only those with this `read_only`. */
                read_only?: components["parameters"]["query.read_only"];
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `updated`. */
                updated?: components["parameters"]["query.updated"];
                /** @description Only those with this `uuid`. */
                uuid?: components["parameters"]["query.uuid"];
                /** @description Only those with this `volume`. */
                volume?: components["parameters"]["query.volume"];
            };
            header?: never;
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TargetLun"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    createTargetLun: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TargetLunCreate"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetLunAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetLunAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetLunAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getTargetLun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
                /** @description The number, such as 0; or 0@igroup-a,igroup-b (sorted) when the map names igroups. */
                sub: components["parameters"]["path.sub.26"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The object. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetLun"];
                };
            };
            /** @description It still has the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replaceTargetLun: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
                /** @description The number, such as 0; or 0@igroup-a,igroup-b (sorted) when the map names igroups. */
                sub: components["parameters"]["path.sub.26"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TargetLunReplace"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetLunAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetLunAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetLunAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    deleteTargetLun: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
                /** @description The number, such as 0; or 0@igroup-a,igroup-b (sorted) when the map names igroups. */
                sub: components["parameters"]["path.sub.26"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetLunAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetLunAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    changeTargetLun: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
                /** @description The number, such as 0; or 0@igroup-a,igroup-b (sorted) when the map names igroups. */
                sub: components["parameters"]["path.sub.26"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TargetLunChange"];
                "application/merge-patch+json": components["schemas"]["TargetLunChange"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetLunAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetLunAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    setTargetOffline: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    setTargetOnline: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description iSCSI name of the target, or its short name. */
                id: components["parameters"]["path.id.23"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    listTasks: {
        parameters: {
            query?: {
                /** @description Only those with this `actor`. */
                actor?: string;
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `done`. */
                done?: number;
                /** @description Only those with this `ended`. */
                ended?: string;
                /** @description Only those with this `id`. */
                id?: components["parameters"]["query.id"];
                /** @description Only those with this `kind`. */
                kind?: string;
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `started`. */
                started?: string;
                /** @description Only those with this `state`. */
                state?: components["parameters"]["query.state"];
                /** @description Only those with this `total`. */
                total?: number;
                /** @description Only those with this `volume`. */
                volume?: components["parameters"]["query.volume"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Task"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task. */
                id: components["parameters"]["path.id.43"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    cancelTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the task. */
                id: components["parameters"]["path.id.43"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description It was told to end. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        task: components["schemas"]["Task"];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getTop: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At this moment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TopSample"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    listVolumes: {
        parameters: {
            query?: {
                /** @description Only those with this `block_size`. */
                block_size?: number;
                /** @description Only those with this `create`. */
                create?: string;
                /** @description Only those with this `created`. */
                created?: components["parameters"]["query.created"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["query.cursor"];
                /** @description Only those with this `generation`. */
                generation?: components["parameters"]["query.generation"];
                /** @description Only those with this `home`. */
                home?: components["parameters"]["query.home"];
                /** @description Only those with this `id`. */
                id?: components["parameters"]["query.id"];
                /** @description Only those with this `io`. */
                io?: components["parameters"]["query.io"];
                /** @description Items of one page. */
                limit?: components["parameters"]["query.limit"];
                /** @description Only those with this `name`. */
                name?: components["parameters"]["query.name"];
                /** @description Only those with this `online`. */
                online?: components["parameters"]["query.online"];
                /** @description Only those with this `path`. */
                path?: components["parameters"]["query.path"];
                /** @description Only those with this `physical_block_size`. */
                physical_block_size?: number;
                /** @description Only those with this `place`. */
                place?: components["parameters"]["query.place"];
                /** @description Only those with this `product`. */
                product?: string;
                /** @description Only those with this `read_only`. */
                read_only?: components["parameters"]["query.read_only"];
                /** @description Only those with this `removable`. */
                removable?: boolean;
                /** @description Only those with this `serial`. */
                serial?: components["parameters"]["query.serial"];
                /** @description Only those with this `size`. */
                size?: number;
                /**
                 * @description Members to sort by, the first counts most; `-` before one: descending. Without it: by id.
                 * @example -generation,id
                 */
                sort?: components["parameters"]["query.sort"];
                /** @description Only those with this `space_warning_percent`. */
                space_warning_percent?: number;
                /** @description Only those with this `status.blockSize`. */
                "status.blockSize"?: number;
                /** @description Only those with this `status.depth`. */
                "status.depth"?: number;
                /** @description Only those with this `status.io`. */
                "status.io"?: string;
                /** @description Only those with this `status.memory`. */
                "status.memory"?: string;
                /** @description Only those with this `status.naa`. */
                "status.naa"?: string;
                /** @description Only those with this `status.offline`. */
                "status.offline"?: string;
                /** @description Only those with this `status.online`. */
                "status.online"?: boolean;
                /** @description Only those with this `status.readOnly`. */
                "status.readOnly"?: boolean;
                /** @description Only those with this `status.serial`. */
                "status.serial"?: string;
                /** @description Only those with this `status.sessions`. */
                "status.sessions"?: components["parameters"]["query.status.sessions"];
                /** @description Only those with this `status.sizeBytes`. */
                "status.sizeBytes"?: number;
                /** @description Only those with this `status.stopped`. */
                "status.stopped"?: boolean;
                /** @description Only those with this `status.thin`. */
                "status.thin"?: boolean;
                /** @description Only those with this `status.writeCache`. */
                "status.writeCache"?: boolean;
                /** @description Only those with this `updated`. */
                updated?: components["parameters"]["query.updated"];
                /** @description Only those with this `uuid`. */
                uuid?: components["parameters"]["query.uuid"];
                /** @description Only those with this `write_cache`. */
                write_cache?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Volume"][];
                        /** @description `cursor` of the next page. */
                        next?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    createVolume: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VolumeCreate"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getVolume: {
        parameters: {
            query?: never;
            header?: {
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the volume. */
                id: components["parameters"]["path.id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The object. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Volume"];
                };
            };
            /** @description It still has the ETag of If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
    replaceVolume: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the volume. */
                id: components["parameters"]["path.id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VolumeReplace"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    /** @description Path of the new object. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    deleteVolume: {
        parameters: {
            query?: {
                /** @description Removes the file of the volume as well, when Lunette has created it. */
                delete_file?: boolean;
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description Name of the volume. */
                id: components["parameters"]["path.id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    changeVolume: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
                /** @description Lets pass what would lose data, such as a smaller volume. */
                force?: components["parameters"]["query.force"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
                /** @description Reading: 304 while the object has this ETag. Writing: `*` creates only. */
                "if-none-match"?: components["parameters"]["header.if-none-match"];
            };
            path: {
                /** @description Name of the volume. */
                id: components["parameters"]["path.id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VolumeChange"];
                "application/merge-patch+json": components["schemas"]["VolumeChange"];
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    setVolumeOffline: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description Name of the volume. */
                id: components["parameters"]["path.id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    setVolumeOnline: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description Name of the volume. */
                id: components["parameters"]["path.id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    resizeVolume: {
        parameters: {
            query?: {
                /** @description Changes nothing; the answer has the plan of the change. */
                dry_run?: components["parameters"]["query.dry_run"];
            };
            header?: {
                /** @description Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists. */
                "if-match"?: components["parameters"]["header.if-match"];
            };
            path: {
                /** @description Name of the volume. */
                id: components["parameters"]["path.id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Lets pass what would lose data, such as a smaller volume.
                     * @default false
                     */
                    force?: boolean;
                    /**
                     * @description Size of a file, such as `"10 GiB"`. Default: what the file or device has.
                     * @example 10 GiB
                     */
                    size: number | string;
                };
            };
        };
        responses: {
            /** @description Done; with dry_run, what would be done. */
            200: {
                headers: {
                    /** @description Of the object as it is stored; `status` does not count. */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            /** @description Going on: see the task. */
            202: {
                headers: {
                    /** @description Path of the task. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeAnswer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            408: components["responses"]["Problem408"];
            409: components["responses"]["Problem409"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    whoAmI: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Caller"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            408: components["responses"]["Problem408"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            500: components["responses"]["Problem500"];
            502: components["responses"]["Problem502"];
            503: components["responses"]["Problem503"];
        };
    };
}
