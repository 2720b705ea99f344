import FoundationEssentials
import Settings

/// The brokers that the configuration names, for commands.
struct NamedContexts {
    let source: SettingsSource

    /// Those of the configuration that is read when none is named.
    static var standard: NamedContexts {
        NamedContexts(
            source: SettingsSource(
                chosenPath: nil, environment: ProcessInfo.processInfo.environment, flags: [:]))
    }

    /// Whether the configuration names a broker so; what is wrong with it shows when one is asked.
    func has(_ name: String) -> Bool {
        (try? self.source.read().context(named: name)) != nil
    }

    /// - Parameter virtualHost: nil leaves it to the context.
    func broker(
        named name: String, virtualHost: String? = nil
    ) throws(CommandFailure) -> RemoteBroker {
        do {
            let context = try self.source.read().context(named: name)
            let login = try ContextLogin(context)
            return RemoteBroker(
                origin: .context(name, login), trust: login.trust, virtualHost: virtualHost,
                rules: ContextRules(context))
        } catch let problem as SettingProblem {
            throw CommandFailure(StartFailure.configuration(problem))
        } catch {
            throw CommandFailure(StartFailure.context(name, reason: "\(error)"))
        }
    }
}

extension LinkCommand {
    var contexts: NamedContexts { NamedContexts(source: self.root.configuration.source()) }
}
