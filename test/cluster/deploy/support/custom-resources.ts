import type { Schema } from './schema.ts';

/**
 * The part that we use of the schemas of objects that the test's cluster need not have. Read in:
 * - prometheus-operator 0.8x, pkg/apis/monitoring/v1 (ServiceMonitor, PrometheusRule), also as @kubernetes-models/prometheus-operator 6.0.0
 * - Kueue, apis/kueue/v1beta2 of commit 013c8f25 (ClusterQueue) and the v1beta1 CRDs (ResourceFlavor, LocalQueue), unchanged in v1beta2
 */
export const CUSTOM_RESOURCES: {
  readonly [kind: string]: { readonly apiVersion: string; readonly spec: Schema };
} = {
  ServiceMonitor: {
    apiVersion: 'monitoring.coreos.com/v1',
    spec: object(
      {
        selector: object({ matchLabels: { type: 'map' } }),
        endpoints: {
          type: 'list',
          of: object({
            port: text(),
            path: text(),
            interval: duration(),
            scrapeTimeout: duration(),
            authorization: object({
              type: text(),
              credentials: object({ name: text(), key: text() }, ['key']),
            }),
          }),
        },
      },
      ['endpoints', 'selector'],
    ),
  },
  PrometheusRule: {
    apiVersion: 'monitoring.coreos.com/v1',
    spec: object({
      groups: {
        type: 'list',
        of: object(
          {
            name: text(/./),
            rules: {
              type: 'list',
              of: object(
                {
                  alert: text(),
                  expr: text(),
                  for: duration(),
                  labels: { type: 'map' },
                  annotations: { type: 'map' },
                },
                ['expr'],
              ),
            },
          },
          ['name'],
        ),
      },
    }),
  },
  ResourceFlavor: {
    apiVersion: 'kueue.x-k8s.io/v1beta2',
    spec: object({ nodeLabels: { type: 'map' } }),
  },
  ClusterQueue: {
    apiVersion: 'kueue.x-k8s.io/v1beta2',
    spec: object({
      namespaceSelector: object({ matchLabels: { type: 'map' } }),
      queueingStrategy: { type: 'string', oneOf: ['StrictFIFO', 'BestEffortFIFO'] },
      preemption: object({
        withinClusterQueue: {
          type: 'string',
          oneOf: ['Never', 'LowerPriority', 'LowerOrNewerEqualPriority'],
        },
        reclaimWithinCohort: { type: 'string', oneOf: ['Never', 'LowerPriority', 'Any'] },
      }),
      resourceGroups: {
        type: 'list',
        of: object(
          {
            coveredResources: { type: 'list', of: text(), least: 1 },
            flavors: {
              type: 'list',
              least: 1,
              of: object(
                {
                  name: name(),
                  resources: {
                    type: 'list',
                    least: 1,
                    of: object({ name: text(), nominalQuota: { type: 'quantity' } }, [
                      'name',
                      'nominalQuota',
                    ]),
                  },
                },
                ['name', 'resources'],
              ),
            },
          },
          ['coveredResources', 'flavors'],
        ),
      },
    }),
  },
  LocalQueue: {
    apiVersion: 'kueue.x-k8s.io/v1beta2',
    spec: object({ clusterQueue: name() }),
  },
};

function object(fields: { readonly [name: string]: Schema }, required: readonly string[] = []): Schema {
  return { type: 'object', fields, required };
}

function text(pattern?: RegExp): Schema {
  return { type: 'string', ...(pattern ? { pattern } : {}) };
}

function duration(): Schema {
  return text(/^(0|((\d+)y)?((\d+)w)?((\d+)d)?((\d+)h)?((\d+)m)?((\d+)s)?((\d+)ms)?)$/);
}

function name(): Schema {
  return text(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
}
