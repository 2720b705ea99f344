import Core
import Messaging
import PlainJSON

/// What is set by name: limits, what virtual hosts say of themselves, and global parameters.
extension Contents {
    struct GlobalParameter: Decodable {
        var name: String
        var value: JSON
    }

    /// What a virtual host says of itself, where RabbitMQ 3.11 and later repeat it.
    struct Metadata: Decodable {
        var description: String?
        var tags: HostTags?
        var default_queue_type: String?
    }

    /// A list, or one text with commas.
    struct HostTags: Decodable {
        var names: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                let parts = text.split(separator: ",").map { $0.filter { $0 != " " } }
                self.names = parts.filter { !$0.isEmpty }
            } else {
                self.names = try container.decode([String].self)
            }
        }
    }

    var runtimeParameters: [RuntimeParameter] {
        let hosts = (self.vhosts ?? []).compactMap { host -> RuntimeParameter? in
            let metadata = host.allMetadata
            guard metadata != HostMetadata() else { return nil }
            return RuntimeParameter(
                .metadata(of: VirtualHostName(host.name)), metadata.value)
        }
        let limits = (self.parameters ?? []).compactMap { item in
            item.limits.map {
                RuntimeParameter(
                    .init(
                        .hostLimits, in: VirtualHostName(item.vhost ?? "/"), named: item.name),
                    $0.fieldValue)
            }
        }
        let users = (self.users ?? []).compactMap { account -> RuntimeParameter? in
            guard let value = account.limits?.fieldValue, value != .table([:]), value != .array([])
            else { return nil }
            return RuntimeParameter(.limits(of: account.user.name), value)
        }
        let global = (self.global_parameters ?? []).map {
            RuntimeParameter(.global($0.name), $0.value.fieldValue)
        }
        return hosts + limits + users + global
    }
}

extension Contents.Host {
    fileprivate var allMetadata: HostMetadata {
        // RabbitMQ writes that there is no type as one of this name.
        let type = self.default_queue_type ?? self.metadata?.default_queue_type
        return HostMetadata(
            description: self.description ?? self.metadata?.description ?? "",
            tags: self.tags?.names ?? self.metadata?.tags?.names ?? [],
            defaultQueueType: type == "undefined" ? nil : type)
    }
}
