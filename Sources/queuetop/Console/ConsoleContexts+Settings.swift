import BrokerLink
import ConsoleRuntime
import Screens
import Settings

extension ConsoleContexts {
    /// The broker in this process and those that the configuration names.
    ///
    /// - Parameters:
    ///   - embeddedAddress: Where clients reach the one in this process.
    ///   - open: Opens a link to one that the configuration names.
    init(
        _ settings: ProgramSettings, embeddedAddress: String,
        open: @escaping @Sendable (ContextSettings) async throws -> any BrokerLink
    ) {
        let embedded = ContextChoice(.embedded, address: embeddedAddress)
        self.init(
            choices: settings.contexts.isEmpty
                ? [] : [embedded] + settings.contexts.map { ContextChoice($0) },
            open: { name in try await open(try settings.context(named: name.text)) })
    }
}

extension ContextChoice {
    init(_ context: ContextSettings) {
        self.init(
            ContextName(context.name), address: context.url,
            colour: context.colour.map { Colour($0) } ?? .plain, isReadOnly: context.isReadOnly,
            isProtected: context.isProtected)
    }
}

extension ContextChoice.Colour {
    init(_ colour: ContextColour) {
        switch colour {
        case .red: self = .danger
        case .yellow: self = .warning
        case .green: self = .good
        case .blue: self = .accent
        case .grey: self = .muted
        }
    }
}
