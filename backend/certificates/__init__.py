"""The certificate registry: schools register certificates, the department decides, the approved ones are published."""
