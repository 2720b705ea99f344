import BrokerLink
import ConsoleRuntime
import Screens
import Settings

extension ConsoleContexts {
    /// The broker of the start and those that the configuration names.
    ///
    /// - Parameters:
    ///   - start: May be one that the configuration names.
    ///   - address: Where clients reach the broker of the start.
    ///   - open: Opens a link to one that the configuration names.
    init(
        _ settings: ProgramSettings, start: ContextName = .embedded, address: String,
        open: @escaping @Sendable (ContextSettings) async throws -> any BrokerLink
    ) {
        let named = settings.contexts.map { ContextChoice($0) }
        let isNamed = named.contains { $0.name == start }
        let first = isNamed ? [] : [ContextChoice(start, address: address)]
        self.init(
            start: start, choices: named.isEmpty ? [] : first + named,
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
