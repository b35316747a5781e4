# In the strict mode a pod that no policy selects is cut off from everything, CoreDNS included, which would never become
# ready. The cluster's own pods are trusted and may talk to all; pods of other namespaces still reach them only as far as
# their own policies let them out. A namespace that you add needs policies of its own.
resource "kubernetes_network_policy_v1" "system" {
  metadata {
    name      = "allow-all"
    namespace = "kube-system"
  }

  spec {
    policy_types = ["Ingress", "Egress"]

    pod_selector {}

    ingress {}

    egress {}
  }

  depends_on = [aws_eks_cluster.podline]
}
