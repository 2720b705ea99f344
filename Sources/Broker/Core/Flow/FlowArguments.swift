import Messaging

/// The rules for arguments that steer the flow of a queue's messages: of `queue.declare`, of
/// `basic.consume`, and of policies.
enum FlowArguments {
    /// In the order in which they are looked at and compared.
    static let ofQueues: [PolicyArgument] = [
        .deliveryRate, .deliveryBurst, .breakerThreshold, .breakerWindow, .breakerOutcomesMin,
        .breakerCooldown, .breakerProbes, .deduplicationWindow, .deduplicationHeader,
        .deduplicationMax,
    ]
    static let ofConsumers: [PolicyArgument] = [.deliveryRate, .deliveryBurst]
    /// Those that mean something for a stream, which nobody rejects from and whose readers have
    /// rates of their own.
    static let ofStreams: [PolicyArgument] = [
        .deduplicationWindow, .deduplicationHeader, .deduplicationMax,
    ]

    /// As a declaration names them.
    static let names = FlowArguments.ofQueues.map { "x-\($0.rawValue)" }

    /// Checks those that are there.
    ///
    /// - Parameter resource: Such as `queue 'q' in vhost '/'`.
    /// - Throws: 406 for the first that is wrong.
    static func check(
        _ arguments: [PolicyArgument], in table: FieldTable, of resource: String
    ) throws(Fault) {
        guard !table.isEmpty else { return }
        for argument in arguments {
            let name = "x-\(argument.rawValue)"
            guard let value = table[name], let objection = Self.objection(to: value, as: argument)
            else { continue }
            throw Fault(
                .preconditionFailed, "invalid arg '\(name)' for \(resource): \(objection)")
        }
    }

    /// What is wrong with a value, as RabbitMQ words it; nil when nothing is, and for arguments
    /// that are not of the flow.
    static func objection(to value: FieldValue, as argument: PolicyArgument) -> String? {
        switch argument {
        case .deliveryRate:
            Self.outside(Limits.deliveryRateMin...Limits.deliveryRateMax, value)
        case .breakerThreshold: Self.outside(0...1, value)
        case .deliveryBurst: Self.outside(Limits.deliveryBurstMax, value)
        case .breakerWindow, .breakerCooldown:
            Self.outside(Limits.breakerMillisecondsMax, value)
        case .breakerOutcomesMin: Self.outside(Limits.breakerOutcomesMax, value)
        case .breakerProbes: Self.outside(Limits.breakerProbesMax, value)
        case .deduplicationWindow: Self.outside(Limits.durationMillisecondsMax, value)
        case .deduplicationMax: Self.outside(Limits.deduplicationIDsMax, value)
        case .deduplicationHeader:
            switch value.text?.utf8.count {
            case nil: "{unacceptable_type,\(value.typeName)}"
            case 0?: "{value_empty,header}"
            case let bytes?: bytes > Limits.nameBytesMax ? "{value_too_long,\(bytes)}" : nil
            }
        case .alternateExchange, .deadLetterExchange, .deadLetterKey, .messageTTL, .expires,
            .lengthMax, .bytesMax, .overflow, .consumerTimeout, .durability, .queueMode,
            .queueVersion,
            .deliveryLimit, .deadLetterStrategy, .memoryLengthMax, .memoryBytesMax,
            .leaderLocator, .retryMax, .retryBase, .retryFactor, .retryMaxDelay, .retryJitter,
            .ageMax, .segmentBytesMax:
            nil
        }
    }

    /// For an integer from 1 on.
    private static func outside(_ max: Int64, _ value: FieldValue) -> String? {
        guard let integer = value.integer else {
            return "\"expected integer, got \(value.typeName)\""
        }
        if integer == 0 { return "{value_zero,0}" }
        if integer < 0 { return "{value_negative,\(integer)}" }
        return integer > max ? "{value_too_large,\(integer)}" : nil
    }

    /// For a number that may be a fraction.
    private static func outside(_ range: ClosedRange<Double>, _ value: FieldValue) -> String? {
        guard let amount = value.amount else {
            return "\"expected number, got \(value.typeName)\""
        }
        if amount < 0 { return "{value_negative,\(value.shown)}" }
        if amount == 0, range.lowerBound > 0 { return "{value_zero,0}" }
        if amount < range.lowerBound { return "{value_too_small,\(value.shown)}" }
        return amount > range.upperBound ? "{value_too_large,\(value.shown)}" : nil
    }
}

extension FieldValue {
    /// The value as a number when it is one of any kind; what is "not a number" is none.
    ///
    /// Decimals too: some clients can write fractions in no other way.
    var amount: Double? {
        switch self {
        case .float(let value): value.isNaN ? nil : Double(value)
        case .double(let value): value.isNaN ? nil : value
        case .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64:
            self.integer.map { Double($0) }
        case .decimal(let scale, let value):
            // Exact up to 10^22, and 10^255 still is a number.
            Double(value) / (0..<scale).reduce(1) { power, _ in power * 10 }
        case .bool, .longString, .byteArray, .array, .timestamp, .table, .void: nil
        }
    }
}
