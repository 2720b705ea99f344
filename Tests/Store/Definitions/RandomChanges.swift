import Core
import Messaging

/// Changes as a broker makes them, over few names so that they meet often.
struct RandomChanges {
    private static let names = ["a", "b", "é", "e\u{301}", "nul\u{0}1", "nul\u{0}2"]
    private static let hosts: [VirtualHostName] = ["/", "shop"]
    private var incarnation: UInt32 = 0
    private var living: [QueueID] = []

    /// One batch.
    mutating func next(
        count: Int, using random: inout some RandomNumberGenerator
    ) -> [DefinitionChange] {
        (0..<count).map { _ in self.next(using: &random) }
    }

    private mutating func next(
        using random: inout some RandomNumberGenerator
    ) -> DefinitionChange {
        let host = Self.hosts.randomElement(using: &random)!
        switch Int.random(in: 0..<25, using: &random) {
        case 0: return .hostAdded(VirtualHostName(Self.name(&random)))
        case 1...2:
            return .exchangeDeclared(
                .init(
                    name: ExchangeName(Self.name(&random)), type: "topic", isDurable: true,
                    isAutoDelete: Bool.random(using: &random), arguments: Self.table(&random)),
                in: host)
        case 3: return .exchangeDeleted(ExchangeName(Self.name(&random)), in: host)
        case 4...9:
            self.incarnation += 1
            let slot = UInt32.random(in: 0...9, using: &random)
            let id = QueueID(slot: slot, incarnation: self.incarnation)
            self.living.append(id)
            return .queueDeclared(
                id,
                .init(
                    name: QueueName(Self.name(&random)), isDurable: true,
                    arguments: Self.table(&random)),
                in: host)
        case 10...11 where !self.living.isEmpty:
            let index = Int.random(in: self.living.indices, using: &random)
            return .queueDeleted(self.living.remove(at: index))
        case 12...13: return .unbound(self.binding(host, &random))
        case 14: return .policiesReplaced(Self.policies(host, &random))
        case 20...23: return Self.access(host, &random)
        case 24: return .hostRemoved(VirtualHostName(Self.name(&random)))
        default: return .bound(self.binding(host, &random))
        }
    }

    private func binding(
        _ host: VirtualHostName, _ random: inout some RandomNumberGenerator
    ) -> DurableBinding {
        let queue =
            self.living.suffix(4).randomElement(using: &random)
            ?? QueueID(slot: 0, incarnation: 0)
        let other = ExchangeName(Self.name(&random))
        let leadsToQueue = Int.random(in: 0..<4, using: &random) > 0
        return DurableBinding(
            host: host, source: ExchangeName(Self.name(&random)),
            destination: leadsToQueue ? .queue(queue) : .exchange(other),
            routingKey: Self.name(&random),
            arguments: Bool.random(using: &random) ? FieldTable() : Self.table(&random))
    }

    private static func policies(
        _ host: VirtualHostName, _ random: inout some RandomNumberGenerator
    ) -> [Definitions.HostPolicy] {
        (0..<Int.random(in: 0...3, using: &random)).map { number in
            let policy = Policy(
                name: "p\(number)", pattern: Self.name(&random), target: .queues,
                priority: .random(in: .min ... .max, using: &random),
                definition: Self.table(&random))
            return .init(host: host, policy: policy, isOperator: Bool.random(using: &random))
        }
    }

    private static func access(
        _ host: VirtualHostName, _ random: inout some RandomNumberGenerator
    ) -> DefinitionChange {
        let user = UserName(Self.name(&random))
        let exchange = ExchangeName(Self.name(&random))
        let pattern = Self.name(&random)
        let key =
            Bool.random(using: &random)
            ? RuntimeParameter.Key.limits(of: host) : .limits(of: user)
        switch Int.random(in: 0..<9, using: &random) {
        case 7: return .parameterSet(RuntimeParameter(key, .table(Self.table(&random))))
        case 8: return .parameterCleared(key)
        case 0: return .userDeleted(user)
        case 1: return .permissionCleared(user, in: host)
        case 2:
            let isOfOne = Bool.random(using: &random)
            return .topicPermissionsCleared(user, in: host, exchange: isOfOne ? exchange : nil)
        case 3:
            return .permissionSet(
                Permission(user, in: host, configure: pattern, write: "", read: ".*"))
        case 4:
            return .topicPermissionSet(
                TopicPermission(user, in: host, exchange: exchange, write: pattern, read: ""))
        default:
            let hash = (0..<Int.random(in: 0...40, using: &random)).map { UInt8($0) }
            return .userPut(
                User(
                    user, passwordHash: hash,
                    hashing: User.Hashing.allCases.randomElement(using: &random)!,
                    tags: Bool.random(using: &random) ? [] : ["administrator", pattern]))
        }
    }

    private static func name(_ random: inout some RandomNumberGenerator) -> String {
        Self.names.randomElement(using: &random)!
    }

    /// A few bytes, or so many that they take pages of their own.
    private static func table(_ random: inout some RandomNumberGenerator) -> FieldTable {
        let isLong = Int.random(in: 0..<12, using: &random) == 0
        let byte = UInt8.random(in: .min ... .max, using: &random)
        let bytes = [UInt8](repeating: byte, count: isLong ? 6_000 : 3)
        return ["x": .longString(bytes), "n": .int8(.random(in: 0...2, using: &random))]
    }
}
