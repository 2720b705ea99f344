extension ProgramSettings {
    /// What differs from the settings of the start and only counts from the next start on.
    ///
    /// The rest, such as limits of memory and the log's level, changes while it runs.
    package func needingRestart(since start: ProgramSettings) -> [SettingKey] {
        SettingKey.allCases.filter { key in
            switch key {
            case .bind: self.bind != start.bind
            case .amqpPort: self.amqpPort != start.amqpPort
            case .amqpsPort: self.amqpsPort != start.amqpsPort
            case .managementPort: self.managementPort != start.managementPort
            case .managementTLSPort: self.managementTLSPort != start.managementTLSPort
            case .dataDirectory: self.dataDirectory != start.dataDirectory
            case .diskLimit: self.diskLimitBytes != start.diskLimitBytes
            case .drain: self.drainMilliseconds != start.drainMilliseconds
            case .tlsCertificate: self.tls.certificate != start.tls.certificate
            case .tlsKey: self.tls.key != start.tls.key
            case .tlsAuthority: self.tls.authority != start.tls.authority
            case .tlsLoginFrom: self.tlsLoginFrom != start.tlsLoginFrom
            case .limitChannels: self.limits.channels != start.limits.channels
            case .limitFrame: self.limits.frameBytes != start.limits.frameBytes
            case .limitBody: self.limits.bodyBytes != start.limits.bodyBytes
            case .limitHeader: self.limits.headerBytes != start.limits.headerBytes
            case .definitions, .memoryLimit, .consumerTimeout, .limitConnections, .limitQueues,
                .logFormat, .logLevel, .currentContext, .theme, .virtualHost, .readOnly:
                false
            }
        }
    }
}
